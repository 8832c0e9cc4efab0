"""Who is told of a change, whatever the order of the topics that tell of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings

from cdc.contracts.events import (
    AccountDeleted,
    ListingPublished,
    ListingRepriced,
    ListingStatusChanged,
    SavedSearchRemoved,
)
from cdc.contracts.handled_by import Given, Stamp
from consumers.notifications.config import NotificationsConfig
from consumers.notifications.ledger.models import Choice
from consumers.notifications.models import Favourite, Person, SavedSearch
from tests.consumers.notifications.telling import OURS, home, keeps, planned, search, told

pytestmark = pytest.mark.django_db

DROP = ListingRepriced(7, 200_000, 185_000)


def test_a_lower_price_is_told_once_to_whoever_keeps_the_home() -> None:
    kept = keeps(keeps(home(told), 1), 2)

    kept.events(DROP, stamp=OURS).twice().fresh().crashing("handled", "applied").in_lanes().then(
        [(1, "price", None), (2, "price", None)]
    )


def test_a_higher_price_and_a_draft_that_is_given_up_are_no_news() -> None:
    kept = keeps(home(told), 1)
    events = ListingRepriced(7, 100, 200), ListingStatusChanged(7, "draft", "withdrawn")

    kept.events(*events, stamp=OURS).then([])


def test_whom_the_stamp_does_not_name_the_monolith_tells() -> None:
    kept = keeps(keeps(home(told), 1), 2)
    stamp = Stamp.of({"price": Given(accounts=frozenset({2}))})

    kept.events(DROP, stamp=stamp).twice().fresh().then([(2, "price", None)])
    kept.events(DROP).twice().fresh().then([])


def test_the_whole_decision_is_made_before_it_is_asked_whose_it_is() -> None:
    # A favourite goes before a search, also where only matches are given to the service.
    kept = keeps(home(told.events(search(3, 1))), 1)
    stamp = Stamp.of({"match": Given(((0, 10_000),))})

    kept.events(DROP, stamp=stamp).then([])
    kept.events(DROP, stamp=OURS).then([(1, "price", None)])


def test_a_person_hears_of_a_new_home_once_however_many_searches_it_fits() -> None:
    searches = search(3, 1, price_max=190_000), search(4, 1), search(5, 2, price_max=1000)
    new = ListingPublished(7, 185_000, "active", "Brick ranch with porch", "Old West End")

    scenario = home(told.events(*searches).events(new, stamp=OURS))

    scenario.twice().fresh().crashing("handled").then([(1, "match", 3)])


def test_daily_and_weekly_searches_and_those_that_were_removed_wait_for_nothing() -> None:
    searches = search(3, 1, "daily"), search(4, 2, "weekly"), search(5, 3), search(6, 4, "none")
    scenario = home(told.events(*searches, SavedSearchRemoved(5, 3)))

    scenario.events(DROP, stamp=OURS).then([])


def test_a_sale_is_told_to_those_who_keep_the_home_and_to_no_search() -> None:
    kept = keeps(home(told.events(search(3, 2)), version=2, status="sold"), 1)

    kept.events(ListingStatusChanged(7, "active", "sold"), stamp=OURS).then([(1, "status", None)])


def test_a_home_that_is_back_is_told_as_one_that_is_new() -> None:
    kept = keeps(home(told.events(search(3, 2))), 1)
    back = ListingStatusChanged(7, "withdrawn", "active")

    kept.events(back, stamp=OURS).then([(1, "status", None), (2, "match", 3)])


def test_a_change_waits_for_the_home_as_it_left_it() -> None:
    # The row of the lower price is not told yet, and at the old price nothing fits.
    before = home(told.events(search(3, 1, price_max=190_000)), price=200_000)
    waits = before.events(ListingPublished(7, 200_000, "active", "", ""))
    waits = waits.events(DROP, stamp=OURS)

    waits.then([])
    home(waits, version=2, price=185_000).twice().fresh().then([(1, "match", 3)])


def test_a_favourite_or_a_search_that_is_told_late_was_there_in_time() -> None:
    changed = home(told).events(DROP, stamp=OURS)

    keeps(changed, 1).twice().fresh().then([(1, "price", None)])
    changed.events(search(3, 2, price_max=190_000)).twice().fresh().then([(2, "match", 3)])


def test_a_favourite_that_came_after_the_change_is_not_told_of_it() -> None:
    keeps(home(told).events(DROP, stamp=OURS), 1, at=1_790_000_060.0).then([])


def test_what_is_long_ago_is_planned_for_nobody(settings: Settings) -> None:
    settings.NOTIFICATIONS = NotificationsConfig(oldest=timedelta(days=2))

    keeps(home(told), 1).events(DROP, stamp=OURS).then([])


def test_an_account_that_is_deleted_leaves_no_trace() -> None:
    def traces(_: object) -> list[int]:
        return [model.objects.count() for model in (Person, Favourite, SavedSearch)] + [
            len(planned())
        ]

    scenario = keeps(home(told.events(search(3, 1))), 1).events(DROP, stamp=OURS)

    replace(scenario, shows=traces).events(AccountDeleted(1, was_agent=False)).then([0, 0, 0, 0])


def test_somebody_who_asked_for_it_is_told_on_their_page_too() -> None:
    Choice.objects.create(account_id=1, kind="price", channel="feed", is_wanted=True)
    Choice.objects.create(account_id=2, kind="price", is_wanted=False)
    kept = keeps(keeps(home(told.events(search(3, 2))), 1), 2)

    kept.events(DROP, stamp=OURS).twice().fresh().then(
        # Who wants no prices of favourites still hears of what fits a search.
        [(1, "price", None), (1, "price", None), (2, "match", 3)]
    )
