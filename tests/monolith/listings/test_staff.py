"""Whatever staff put right is told as the services would tell it."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cdc.contracts.codec import decode
from cdc.contracts.events import (
    DomainEvent,
    ListingCreated,
    ListingHandedOver,
    ListingPublished,
    ListingRepriced,
    ListingRevised,
    ListingStatusChanged,
    ListingWithdrawn,
)
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.listings import services, staff
from monolith.listings.models import Listing, Status
from tests.monolith.conftest import LISTED_AT, MakeListing

pytestmark = pytest.mark.django_db
CHANGELIST = "/admin/listings/listing/"


def published() -> list[tuple[DomainEvent, int]]:
    rows = OutboxEvent.objects.order_by("occurred_at")
    return [(decode(row.event_type, bytes(row.payload)), row.aggregate_version) for row in rows]


def test_a_bulk_action_is_told_home_by_home_and_says_who_and_why(
    admin_client: Client, admin_user: User, make_listing: MakeListing
) -> None:
    homes = [make_listing(), make_listing(status="pending"), make_listing(status="sold")]
    chosen = {"action": "mark_sold", "_selected_action": [home.pk for home in homes]}
    admin_client.post(CHANGELIST, chosen)

    assert published() == [
        (ListingStatusChanged(homes[0].pk, "active", "sold"), 2),
        (ListingStatusChanged(homes[1].pk, "pending", "sold"), 2),
    ]
    told = set(OutboxEvent.objects.values_list("actor", "reason"))
    assert told == {(f"account:{admin_user.pk}", "admin: mark as sold")}


def test_many_homes_are_one_update_and_one_insert_of_events(make_listing: MakeListing) -> None:
    homes = [make_listing() for _ in range(5)]
    staff.move_all(Listing.objects.filter(pk=homes[0].pk), Status.WITHDRAWN)
    assert published() == [
        (ListingStatusChanged(homes[0].pk, "active", "withdrawn"), 2),
        (ListingWithdrawn(homes[0].pk, "active", "not_said"), 2),
    ]

    with CaptureQueriesContext(connection) as asked:
        assert staff.move_all(Listing.objects.all(), Status.SOLD) == 5

    statements = [query["sql"] for query in asked]
    assert sum('UPDATE "listings_listing"' in each for each in statements) == 1
    assert sum('INTO "outbox_event"' in each for each in statements) == 1


def test_an_edit_in_the_admin_tells_each_kind_of_change(
    admin_client: Client, listing: Listing, other_agent: User
) -> None:
    address = f"{CHANGELIST}{listing.pk}/change/"
    form = admin_client.get(address).context["adminform"].form
    values = {n: form.get_initial_for_field(f, n) for n, f in form.fields.items()}
    sent = {name: "" if value is None else value for name, value in values.items()}
    sent |= {"listed_at_0": "2026-05-04", "listed_at_1": "09:30:00"}
    sent |= {"title": "Better home", "seller_name": "Private", "price": 90_000}
    sent |= {"status": "withdrawn", "agent": other_agent.pk}
    sent |= {"price_changes-TOTAL_FORMS": 0, "price_changes-INITIAL_FORMS": 0}
    answer = admin_client.post(address, sent)
    assert answer.status_code == 302, answer.context["errors"]

    assert published() == [
        (ListingRepriced(listing.pk, 100_000, 90_000), 2),
        (ListingRevised(listing.pk, ("title",)), 3),
        (ListingHandedOver(listing.pk, listing.agent_id, other_agent.pk), 3),
        (ListingStatusChanged(listing.pk, "active", "withdrawn"), 3),
        (ListingWithdrawn(listing.pk, "active", "not_said"), 3),
    ]
    assert set(OutboxEvent.objects.values_list("reason", flat=True)) == {"admin: edit"}
    listing.refresh_from_db()
    assert (listing.price, listing.previous_price) == (90_000, 100_000)
    assert listing.price_changes.count() == 1


def test_a_draft_that_staff_complete_is_published_at_its_new_price(
    make_listing: MakeListing,
) -> None:
    draft = make_listing(status="draft", listed_at=None, price=0)
    draft.status, draft.price, draft.listed_at = Status.ACTIVE, 90_000, LISTED_AT
    staff.save(draft)

    (_, revised, opened) = [event for event, _ in published()]
    assert revised == ListingRevised(draft.pk, ("listed_at",))
    assert isinstance(opened, ListingPublished)
    assert opened.price == 90_000


def test_a_home_that_staff_add_is_created_and_one_left_alone_tells_nothing(
    listing: Listing,
) -> None:
    staff.save(listing)
    assert published() == []

    listing.pk = None
    listing._state.adding = True
    staff.save(listing)

    created, opened = (event for event, _ in published())
    assert created == ListingCreated(listing.pk, listing.agent_id, "draft")
    assert isinstance(opened, ListingPublished)


def test_a_price_list_and_an_amendment_store_their_events_in_one_insert(
    make_listing: MakeListing,
) -> None:
    homes = [make_listing(), make_listing()]
    prices = {home.pk: (100_000, 90_000) for home in homes}
    with CaptureQueriesContext(connection) as asked:
        services.reprice_all(prices, among=Q())
        services.amend(
            homes[0].pk, price=80_000, status="pending", title="New", description="Words."
        )

    inserts = [q for q in asked if 'INTO "outbox_event"' in q["sql"]]
    assert len(inserts) == 2
    assert OutboxEvent.objects.count() == 5
