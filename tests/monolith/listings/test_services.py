"""The services: the row, its version and its one event change together, or not at all."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cdc.contracts.codec import decode
from cdc.contracts.events import (
    DomainEvent,
    ListingHandedOver,
    ListingPublished,
    ListingRepriced,
    ListingRevised,
    ListingStatusChanged,
    ListingWithdrawn,
)
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.errors import InvalidPrice, ListingError, NotPublishable, StatusNotAllowed
from monolith.listings import services
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db


def published() -> list[tuple[DomainEvent, int]]:
    rows = OutboxEvent.objects.order_by("aggregate_version")
    return [(decode(row.event_type, bytes(row.payload)), row.aggregate_version) for row in rows]


def test_a_published_draft_is_listed_now_and_says_so(make_listing: MakeListing) -> None:
    draft = make_listing(status="draft", listed_at=None)
    services.publish(draft.pk)
    draft.refresh_from_db()
    assert draft.status == "active"
    assert draft.listed_at is not None
    assert draft.listed_at.microsecond == 0
    event = ListingPublished(draft.pk, 100_000, "active", "Plain home", "Westgate")
    assert published() == [(event, 2)]


def test_a_draft_without_words_is_not_published(make_listing: MakeListing) -> None:
    draft = make_listing(status="draft", listed_at=None, description=" ")
    with pytest.raises(NotPublishable, match="description"):
        services.publish(draft.pk)
    assert published() == []


def test_a_lower_price_is_a_reduction_with_a_history(listing: Listing) -> None:
    services.reprice(listing.pk, 90_000)
    listing.refresh_from_db()
    assert (listing.price, listing.previous_price) == (90_000, 100_000)
    assert listing.reduced_at is not None
    change = listing.price_changes.get()
    assert (change.old_price, change.new_price) == (100_000, 90_000)
    assert published() == [(ListingRepriced(listing.pk, 100_000, 90_000), 2)]


def test_a_higher_price_is_no_reduction_any_more(listing: Listing) -> None:
    services.reprice(listing.pk, 90_000)
    services.reprice(listing.pk, 95_000)
    listing.refresh_from_db()
    assert (listing.previous_price, listing.reduced_at) == (None, None)
    assert listing.version == 3


@pytest.mark.parametrize("price", [0, -1, 2**31])
def test_a_price_that_no_home_has_is_refused(listing: Listing, price: int) -> None:
    with pytest.raises(InvalidPrice):
        services.reprice(listing.pk, price)
    assert published() == []


def test_new_words_give_a_new_slug_and_name_the_changed_fields(listing: Listing) -> None:
    services.revise(listing.pk, title="Sunny home", description=listing.description)
    listing.refresh_from_db()
    assert listing.slug == "sunny-home"
    assert published() == [(ListingRevised(listing.pk, ("title",)), 2)]


def test_a_title_without_letters_still_has_an_address(listing: Listing) -> None:
    services.revise(listing.pk, title="!!!", description="x")
    listing.refresh_from_db()
    assert listing.get_absolute_url() == f"/homes/{listing.pk}-home/"


def test_a_draft_gets_its_first_price_without_a_history(make_listing: MakeListing) -> None:
    draft = make_listing(status="draft", listed_at=None, price=0)
    services.reprice(draft.pk, 100_000)
    services.reprice(draft.pk, 90_000)
    draft.refresh_from_db()
    assert (draft.previous_price, draft.price_changes.count()) == (None, 0)
    assert [event for event, _ in published()] == [
        ListingRepriced(draft.pk, 0, 100_000),
        ListingRepriced(draft.pk, 100_000, 90_000),
    ]


def test_a_withdrawal_tells_the_step_and_the_reason(listing: Listing) -> None:
    services.withdraw(listing.pk, "sold_elsewhere")
    assert published() == [
        (ListingStatusChanged(listing.pk, "active", "withdrawn"), 2),
        (ListingWithdrawn(listing.pk, "active", "sold_elsewhere"), 2),
    ]


def test_all_that_an_agent_sells_is_handed_over_home_by_home(
    make_listing: MakeListing, agent: User, other_agent: User
) -> None:
    homes = [make_listing(), make_listing(status="sold")]
    theirs = make_listing(agent=other_agent)
    assert services.hand_over(agent.pk, other_agent.pk) == 2
    assert set(Listing.objects.values_list("agent_id", flat=True)) == {other_agent.pk}
    told = sorted(published(), key=lambda each: each[0].aggregate_id)
    assert told == [(ListingHandedOver(h.pk, agent.pk, other_agent.pk), 2) for h in homes]
    theirs.refresh_from_db()
    assert theirs.version == 1


def test_a_new_status_says_both(listing: Listing) -> None:
    services.change_status(listing.pk, "pending")
    assert published() == [(ListingStatusChanged(listing.pk, "active", "pending"), 2)]


def test_a_sold_home_is_not_for_sale_again(make_listing: MakeListing) -> None:
    sold = make_listing(status="sold")
    with pytest.raises(StatusNotAllowed, match="sold cannot become active"):
        services.change_status(sold.pk, "active")
    assert published() == []


def test_a_draft_that_becomes_active_is_published_once(make_listing: MakeListing) -> None:
    draft = make_listing(status="draft", listed_at=None)
    services.change_status(draft.pk, "active")
    assert [type(event) for event, _ in published()] == [ListingPublished]


def test_an_amendment_tells_each_kind_of_change_with_its_own_version(listing: Listing) -> None:
    services.amend(listing.pk, price=90_000, status="sold", title="New", description="New")
    assert published() == [
        (ListingRevised(listing.pk, ("title", "description")), 2),
        (ListingRepriced(listing.pk, 100_000, 90_000), 3),
        (ListingStatusChanged(listing.pk, "active", "sold"), 4),
    ]


def test_an_amendment_that_is_refused_in_part_is_refused_whole(
    make_listing: MakeListing,
) -> None:
    sold = make_listing(status="sold")
    with pytest.raises(ListingError):
        services.amend(sold.pk, price=1, status="active", title="New", description="New")
    sold.refresh_from_db()
    assert (sold.title, sold.price, sold.version) == ("Plain home", 100_000, 1)
    assert published() == []


def test_nothing_changed_means_nothing_published(listing: Listing) -> None:
    services.amend(
        listing.pk,
        price=listing.price,
        status=listing.status,
        title=listing.title,
        description=listing.description,
    )
    listing.refresh_from_db()
    assert listing.version == 1
    assert published() == []


@pytest.mark.parametrize(
    ("service", "change"),
    [
        (services.reprice, {"price": 1}),
        (services.revise, {"title": "New", "description": "New"}),
        (services.change_status, {"status": "sold"}),
    ],
)
def test_an_outbox_that_fails_leaves_no_change(
    listing: Listing, service: Any, change: dict[str, Any]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE outbox_event RENAME TO outbox_event_away")
    with pytest.raises(DatabaseError), transaction.atomic():
        service(listing.pk, **change)
    listing.refresh_from_db()
    assert (listing.price, listing.title, listing.status) == (100_000, "Plain home", "active")
    assert listing.version == 1
    assert not listing.price_changes.exists()
