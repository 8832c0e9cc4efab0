"""Who is told of a change, whatever the order of the topics that tell of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from cdc.contracts.events import (
    AccountDeleted,
    DigestDue,
    EnquirySent,
    ListingPublished,
    ListingRepriced,
    ListingStatusChanged,
)
from cdc.contracts.handled_by import Given, Stamp
from cdc.contracts.notification_ids import id_of
from cdc.contracts.tables import ACCOUNTS, OPT_OUTS
from consumers.notifications.config import NotificationsConfig
from consumers.notifications.ledger.models import Choice, Notification
from consumers.notifications.models import Favourite, Person, SavedSearch
from tests.consumers.notifications.telling import NOW, OURS, asks, home, keeps, planned, told

pytestmark = pytest.mark.django_db

DROP = ListingRepriced(7, 200_000, 185_000)


def test_a_lower_price_is_told_once_to_whoever_keeps_the_home() -> None:
    kept = keeps(keeps(home(told), 1), 2)

    kept.events(DROP, stamp=OURS).twice().fresh().crashing("handled", "applied").in_lanes().then(
        [(1, "price", None), (2, "price", None)]
    )


def test_a_higher_price_and_a_draft_that_is_given_up_are_no_news() -> None:
    kept = keeps(home(told, version=9), 1)
    events = ListingRepriced(7, 100, 200), ListingStatusChanged(7, "draft", "withdrawn")

    kept.events(*events, stamp=OURS).then([])


def test_whom_the_stamp_does_not_name_the_monolith_tells() -> None:
    kept = keeps(keeps(home(told), 1), 2)
    stamp = Stamp.of({"price": Given(accounts=frozenset({2}))})

    kept.events(DROP, stamp=stamp).twice().fresh().then([(2, "price", None)])
    kept.events(DROP).twice().fresh().then([])


def test_the_whole_decision_is_made_before_it_is_asked_whose_it_is() -> None:
    # A favourite goes before a search, also where only matches are given to the service.
    kept = keeps(home(asks(told, 3, 1)), 1)
    stamp = Stamp.of({"match": Given(((0, 10_000),))})

    kept.events(DROP, stamp=stamp).then([])
    kept.events(DROP, stamp=OURS).then([(1, "price", None)])


def test_of_divided_kinds_the_stamp_says_who_kept_the_home() -> None:
    asked = home(asks(asks(told, 3, 1), 4, 2))
    moved = Stamp({"match": Given(((0, 10_000),))}, kept=frozenset({1}))

    # A favourite that is not told yet leaves it to the monolith, as one that ended meanwhile does.
    asked.events(DROP, stamp=moved).twice().in_lanes().then([(2, "match", 4)])
    # One that came meanwhile, or is not to be told of, leaves it to the service.
    keeps(keeps(asked, 1), 2).events(DROP, stamp=moved).twice().fresh().then([(2, "match", 4)])


def test_a_favourite_of_divided_kinds_is_told_once_it_is_known() -> None:
    asked = home(asks(asks(told, 3, 1), 4, 2))
    moved = Stamp({"price": Given(((0, 10_000),))}, kept=frozenset({1}))

    asked.events(DROP, stamp=moved).then([])
    kept = keeps(keeps(asked.events(DROP, stamp=moved), 1), 2)
    kept.twice().in_lanes().then([(1, "price", None)])


def test_items_of_the_feed_are_not_divided() -> None:
    Choice.objects.create(account_id=1, kind="match", channel="feed", is_wanted=True)
    moved = Stamp({"match": Given(((0, 10_000),))}, kept=frozenset({1}))

    home(asks(told, 3, 1)).events(DROP, stamp=moved).then([(1, "match", 3)])


def test_a_person_hears_of_a_new_home_once_however_many_searches_it_fits() -> None:
    asked = asks(asks(asks(told, 3, 1, price_max=190_000), 4, 1), 5, 2, price_max=1000)
    new = ListingPublished(7, 185_000, "active", "Brick ranch with porch", "Old West End")

    scenario = home(asked.events(new, stamp=OURS))

    scenario.twice().fresh().crashing("handled").then([(1, "match", 3)])


def test_a_search_that_a_letters_link_ended_is_passed_over_until_it_is_changed() -> None:
    Choice.objects.create(account_id=1, kind="match", saved_search_id=3, is_wanted=False)
    scenario = home(asks(asks(told, 3, 1), 4, 1).events(DROP, stamp=OURS))
    scenario.twice().in_lanes().then([(1, "match", 4)])

    before = datetime.fromtimestamp(NOW - 60, UTC)
    Choice.objects.update(chosen_at=before)
    scenario.then([(1, "match", 3)])


def test_daily_and_weekly_searches_and_those_that_were_removed_wait_for_nothing() -> None:
    asked = asks(asks(asks(told, 3, 1, "daily"), 4, 2, "weekly"), 6, 4, "none")
    scenario = home(asks(asks(asked, 5, 3), 5, 3, op="d"))

    scenario.events(DROP, stamp=OURS).then([])


def test_a_sale_is_told_to_those_who_keep_the_home_and_to_no_search() -> None:
    kept = keeps(home(asks(told, 3, 2), version=2, status="sold"), 1)

    kept.events(ListingStatusChanged(7, "active", "sold"), stamp=OURS).then([(1, "status", None)])


def test_a_sale_is_no_match_of_a_search_for_what_was_sold_either() -> None:
    asked = home(asks(told, 3, 2, status="any"), version=2, status="sold")
    no = asked.rows(OPT_OUTS, {"id": 1, "account_id": 2, "kind": "status"}, op="c")
    sold = no.events(ListingStatusChanged(7, "active", "sold"), stamp=OURS)

    sold.then([])
    # Nor as a favourite is told late.
    keeps(sold, 2).then([])


def test_a_home_that_is_back_is_told_as_one_that_is_new() -> None:
    kept = keeps(home(asks(told, 3, 2)), 1)
    back = ListingStatusChanged(7, "withdrawn", "active")

    kept.events(back, stamp=OURS).then([(1, "status", None), (2, "match", 3)])


def test_a_change_waits_for_the_home_as_it_left_it() -> None:
    # The row of the lower price is not told yet, and at the old price nothing fits.
    before = home(asks(told, 3, 1, price_max=190_000), price=200_000)
    waits = before.events(ListingPublished(7, 200_000, "active", "", ""))
    waits = waits.events(DROP, stamp=OURS)

    waits.then([])
    home(waits, version=2, price=185_000).twice().fresh().then([(1, "match", 3)])
    # Nor is it as the change left it when an older row comes after what happened.
    behind = asks(told, 3, 1, price_max=190_000).events(
        ListingPublished(7, 200_000, "active", "", ""), DROP, stamp=OURS
    )
    behind = home(behind, price=200_000)
    behind.then([])
    home(behind, version=2, price=185_000).twice().then([(1, "match", 3)])


def test_a_favourite_or_a_search_that_is_told_late_was_there_in_time() -> None:
    changed = home(told).events(DROP, stamp=OURS)

    keeps(changed, 1).twice().fresh().then([(1, "price", None)])
    asks(changed, 3, 2, price_max=190_000).twice().fresh().then([(2, "match", 3)])


def test_a_word_that_is_told_late_was_said_in_time() -> None:
    moved = Stamp.of({"match": Given(((0, 10_000),))})
    changed = keeps(home(asks(told, 3, 1)), 1).events(DROP, stamp=moved)
    changed.then([])

    # Who wanted no prices, or kept the home no more, is told of a match, and by the service.
    no = changed.rows(OPT_OUTS, {"id": 1, "account_id": 1, "kind": "price"}, op="c")
    no.twice().in_lanes().then([(1, "match", 3)])
    keeps(changed, 1, op="d").twice().in_lanes().then([(1, "match", 3)])
    keeps(changed, 1, op="d", at=1_790_000_060.0).then([])


def test_a_favourite_that_came_after_the_change_is_not_told_of_it() -> None:
    later = 1_790_000_060.0
    keeps(home(told).events(DROP, stamp=OURS), 1, at=later).then([])
    # Nor where the home's row comes last.
    home(keeps(told.events(DROP, stamp=OURS), 1, at=later)).then([])


def test_what_is_long_ago_is_planned_for_nobody(settings: Settings) -> None:
    settings.NOTIFICATIONS = NotificationsConfig(oldest=timedelta(days=2))

    keeps(home(told), 1).events(DROP, stamp=OURS).then([])


def test_an_account_that_is_deleted_leaves_no_trace() -> None:
    def traces(_: object) -> list[int]:
        return [model.objects.count() for model in (Person, Favourite, SavedSearch)] + [
            len(planned())
        ]

    scenario = keeps(home(asks(told, 3, 1)), 1).events(DROP, stamp=OURS)

    replace(scenario, shows=traces).events(AccountDeleted(1, was_agent=False)).then([0, 0, 0, 0])


def test_somebody_who_asked_for_it_is_told_on_their_page_too() -> None:
    Choice.objects.create(account_id=1, kind="price", channel="feed", is_wanted=True)
    Choice.objects.create(account_id=2, kind="price", is_wanted=False)
    kept = keeps(keeps(home(asks(told, 3, 2)), 1), 2)

    kept.events(DROP, stamp=OURS).twice().fresh().then(
        # Who wants no prices of favourites still hears of what fits a search.
        [(1, "price", None), (1, "price", None), (2, "match", 3)]
    )


DUE = DigestDue(9, "daily", "2026-09-21T15:00:00+00:00", "2026-09-20T15:00:00+00:00")


def test_an_overview_is_planned_once_for_whoever_asks_for_it() -> None:
    asked = asks(asks(told, 3, 1, "daily"), 4, 2, "weekly")

    asked.events(DUE, stamp=OURS).twice().fresh().crashing("handled").then([(1, "digest", None)])
    asked.events(DUE).then([])


def test_a_search_that_is_told_after_the_slot_was_there_in_time() -> None:
    asks(told.events(DUE, stamp=OURS), 3, 1, "daily").then([(1, "digest", None)])


def test_whoever_was_told_is_not_told_once_more_by_what_comes_late() -> None:
    changed = home(asks(told, 5, 1)).events(DROP, stamp=OURS)

    asks(changed, 3, 1).twice().then([(1, "match", 5)])
    keeps(changed, 1).twice().then([(1, "match", 5)])


def test_a_letters_number_is_made_of_the_event_the_person_and_the_kind() -> None:
    def named(_: object) -> list[tuple[str, bool]]:
        every = Notification.objects.order_by("kind", "channel")
        return [
            (each.kind, each.id == id_of(each.event_id, each.account_id, each.kind, each.channel))
            for each in every
        ]

    Choice.objects.create(account_id=1, kind="match", channel="feed", is_wanted=True)
    asked = asks(asks(home(replace(told, shows=named)), 3, 1), 4, 1, "daily")
    enquiry = EnquirySent(5, 7, 2, None)
    asked.events(DROP, DUE, enquiry, stamp=OURS).then(
        [("digest", True), ("enquiry", True), ("match", True), ("match", True)]
    )


def test_who_is_who_follows_the_rows() -> None:
    def people(_: object) -> list[tuple[int, bool]]:
        return list(Person.objects.order_by("pk").values_list("pk", "is_reachable"))

    scenario = replace(told, shows=people).rows(
        ACCOUNTS,
        {"id": 1},
        {"id": 2, "is_active": False},
        {"id": 3, "confirmed_at": None},
        {"id": 4},
        {"id": 4, "is_active": False, "deleted_at": "2026-11-24T08:34:04Z"},
    )

    scenario.twice().fresh().then([(1, True), (2, False), (3, False)])


def test_an_opt_out_holds_until_it_is_taken_back() -> None:
    kept = keeps(keeps(home(told), 1), 2)
    no = kept.rows(OPT_OUTS, {"id": 1, "account_id": 1, "kind": "price"}, op="c")

    no.events(DROP, stamp=OURS).then([(2, "price", None)])
    back = no.rows(OPT_OUTS, {"id": 1, "account_id": 1, "kind": "price"}, op="d")
    back.events(DROP, stamp=OURS).then([(1, "price", None), (2, "price", None)])


def test_what_is_told_of_one_thing_in_one_breath_counts_in_its_order() -> None:
    def known(_: object) -> tuple[list[int], list[int], list[int]]:
        return (
            list(Favourite.objects.values_list("account_id", flat=True)),
            list(SavedSearch.objects.order_by("pk").values_list("account_id", flat=True)),
            list(Person.objects.filter(is_reachable=True).values_list("pk", flat=True)),
        )

    kept = keeps(keeps(keeps(told, 1), 2), 1, op="d")
    asked = asks(asks(asks(asks(kept, 3, 1), 4, 2), 3, 1, op="d"), 5, 3)
    people = asked.rows(ACCOUNTS, {"id": 1}, {"id": 2}, {"id": 2, "is_active": False})

    replace(people, shows=known).twice().fresh().crashing("handled").in_lanes().then(
        ([2], [2, 3], [1])
    )


def test_one_bad_row_among_others_is_put_aside_alone() -> None:
    asked = asks(asks(asks(told, 3, 1), 4, 2, "hourly"), 5, 3)

    home(asked).events(DROP, stamp=OURS).then(
        [(1, "match", 3), (3, "match", 5)], dead=("is not a known one",)
    )


def test_a_search_that_nobody_can_have_asked_is_put_aside() -> None:
    asks(told, 3, 1, beds_min="many").then([], dead=("not asked by the search page",))
    asks(told, 3, 1, "hourly").then([], dead=("is not a known one",))
