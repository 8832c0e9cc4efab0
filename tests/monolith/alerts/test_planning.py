"""Who is written to when something happens to a home, and who is not."""

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.alerts import planning
from monolith.alerts.models import Alert, Change, OptOut
from monolith.interests.models import Favourite, SavedSearch
from monolith.listings import services
from monolith.listings.models import Listing
from tests.monolith.alerts.conftest import MakeSearch, Work
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db


def kinds(rows: list[Alert]) -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in rows]


def test_a_new_home_is_told_to_the_searches_it_fits(
    make_listing: MakeListing, make_search: MakeSearch, work: Work
) -> None:
    draft = make_listing(status="draft", listed_at=None)
    make_search(beds_min=4)
    fitting = make_search(q="porch", price_max=100_000)
    make_search(frequency="daily")
    services.publish(draft.pk)
    rows = work()
    assert kinds(rows) == [("match", "sent")]
    assert rows[0].saved_search == fitting
    assert mail.outbox[0].subject == "Plain home: new, $100,000"
    assert mail.outbox[0].to == ["bo@example.org"]


def test_a_home_that_comes_back_is_new_again(
    listing: Listing, favourite: Favourite, make_search: MakeSearch, work: Work
) -> None:
    services.change_status(listing.pk, "withdrawn")
    make_search()
    services.change_status(listing.pk, "active")
    # Both at once: the withdrawal is no longer so. The favourite goes before the search.
    assert kinds(work()) == [("status", "dropped"), ("status", "sent")]
    assert mail.outbox[0].subject == "Plain home: for sale again"


def test_a_lower_price_is_told_and_a_higher_one_is_not(
    listing: Listing, favourite: Favourite, work: Work
) -> None:
    services.reprice(listing.pk, 120_000)
    assert not Change.objects.exists()
    services.reprice(listing.pk, 90_000)
    assert kinds(work()) == [("price", "sent")]
    assert "$90,000, down from $120,000" in mail.outbox[0].body


@pytest.mark.parametrize("status", ["pending", "sold", "withdrawn"])
def test_the_end_of_a_sale_is_told_to_who_keeps_the_home(
    listing: Listing, favourite: Favourite, make_search: MakeSearch, work: Work, status: str
) -> None:
    make_search()
    services.change_status(listing.pk, status)
    assert kinds(work()) == [("status", "sent")]
    # A withdrawn home has no page any more.
    assert ("/homes/" in mail.outbox[0].body) == (status != "withdrawn")


def test_a_person_gets_one_mail_about_a_change(
    listing: Listing, favourite: Favourite, make_search: MakeSearch, work: Work
) -> None:
    make_search()
    make_search(name="Another")
    services.reprice(listing.pk, 90_000)
    assert kinds(work()) == [("price", "sent")]


def test_who_keeps_a_home_since_it_changed_hears_by_the_search(
    listing: Listing, keeper: User, make_search: MakeSearch, work: Work
) -> None:
    make_search()
    services.reprice(listing.pk, 90_000)
    Favourite.objects.create(account=keeper, listing=listing)
    assert kinds(work()) == [("match", "sent")]


def test_a_second_task_for_a_change_plans_nothing(
    listing: Listing, favourite: Favourite, work: Work
) -> None:
    services.reprice(listing.pk, 90_000)
    change = Change.objects.get()
    assert len(planning.plan(change.pk)) == 1
    assert planning.plan(change.pk) == []
    assert planning.plan(10**9) == []
    assert len(work()) == 1


def test_drafts_are_nobodys_business(make_listing: MakeListing) -> None:
    draft = make_listing(status="draft", listed_at=None)
    services.reprice(draft.pk, 50_000)
    services.change_status(draft.pk, "withdrawn")
    assert not Change.objects.exists()


@pytest.mark.parametrize("fact", ["inactive", "unconfirmed", "opted out"])
def test_nobody_is_written_to_who_cannot_or_will_not(
    listing: Listing, favourite: Favourite, keeper: User, work: Work, fact: str
) -> None:
    if fact == "opted out":
        OptOut.objects.create(account=keeper, kind="price")
    keeper.is_active = fact != "inactive"
    keeper.confirmed_at = None if fact == "unconfirmed" else timezone.now()
    keeper.save()
    services.reprice(listing.pk, 90_000)
    assert work() == []


def test_who_opts_out_of_favourites_still_hears_by_the_search(
    listing: Listing, favourite: Favourite, make_search: MakeSearch, keeper: User, work: Work
) -> None:
    OptOut.objects.create(account=keeper, kind="price")
    make_search()
    services.reprice(listing.pk, 90_000)
    assert kinds(work()) == [("match", "sent")]


def test_a_change_that_is_rolled_back_leaves_nothing(listing: Listing) -> None:
    with transaction.atomic():
        services.reprice(listing.pk, 90_000)
        transaction.set_rollback(True)
    assert not Change.objects.exists()


def test_a_change_has_the_moment_of_its_event(listing: Listing) -> None:
    services.reprice(listing.pk, 90_000)
    event = OutboxEvent.objects.get()
    assert Change.objects.get(event_id=event.pk).happened_at == event.occurred_at


def test_bulk_updates_that_bypass_the_services_alert_nobody(
    listing: Listing, favourite: Favourite, work: Work
) -> None:
    Listing.objects.update(price=1)
    listing.refresh_from_db()
    listing.status = "sold"
    listing.save()
    assert work() == []


def test_planning_for_many_takes_as_many_queries_as_for_one(
    listing: Listing, keeper: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = User.objects.bulk_create(
        User(username=f"p{n}", email=f"p{n}@example.org", confirmed_at=timezone.now())
        for n in range(30)
    )
    SavedSearch.objects.bulk_create(
        SavedSearch(account=person, name="x", criteria={"beds_min": 2}, frequency="instant")
        for person in people
    )
    services.reprice(listing.pk, 90_000)
    change = Change.objects.get()
    # Savepoint, change, favourites, searches, their homes, people, insert, mark, release.
    with django_assert_max_num_queries(9):
        assert len(planning.plan(change.pk)) == 30
