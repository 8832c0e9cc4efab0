"""What staff put right: steps that the life of a listing does not have, many rows, any field.

Enters: the admin's decisions. Leaves: rows, and the events that `services` would tell of the
same change, in one insert and with the versions that the database gave.
"""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cdc.contracts.events import (
    DomainEvent,
    ListingCreated,
    ListingHandedOver,
    ListingRevised,
)
from cdc.outbox.batch import together
from monolith.listings import services
from monolith.listings.drafting import PRIVATE
from monolith.listings.models import FOR_SALE, Listing, Status
from monolith.listings.signals import publish as publish_event

# What events of their own tell, what the database writes, and what is nobody's business.
_NOT_REVISED = {"price", "status", "agent_id", "version", "updated_at", "search_vector", *PRIVATE}


@transaction.atomic
@together()
def move_all(homes: QuerySet[Listing], status: Status) -> int:
    """Give many homes another status in one statement, and return how many that concerned."""
    numbers = list(homes.values_list("pk", flat=True))
    others = Listing.objects.filter(pk__in=numbers).exclude(status=status)
    locked = others.select_for_update(of=("self",)).order_by("pk")
    before = dict(locked.values_list("pk", "status"))
    moved = Listing.objects.filter(pk__in=before)
    moved.update(status=status, updated_at=timezone.now())
    for listing_id, version in moved.order_by("pk").values_list("pk", "version"):
        for event in services.moved(listing_id, before[listing_id], status):
            publish_event(event, aggregate_version=version)
    return len(before)


@transaction.atomic
@together()
def save(listing: Listing) -> None:
    """Save what was edited, or is new; another price is asked as the agent would ask it."""
    before = Listing.objects.select_for_update(of=("self",)).filter(pk=listing.pk).first()
    # First, as in `services.amend`: a draft that is published has the price that it was given.
    if before is not None and before.price != listing.price:
        before = services.reprice(listing.pk, listing.price)
        listing.previous_price, listing.reduced_at = before.previous_price, before.reduced_at
    listing.save()
    listing.refresh_from_db(fields=["version"])
    for event in _created(listing) if before is None else _edited(before, listing):
        publish_event(event, aggregate_version=listing.version)


def _created(listing: Listing) -> Iterator[DomainEvent]:
    draft = str(Status.DRAFT)
    yield ListingCreated(listing_id=listing.pk, agent_id=listing.agent_id, status=draft)
    yield from _stepped(draft, listing)


def _edited(before: Listing, after: Listing) -> Iterator[DomainEvent]:
    names = {field.attname for field in Listing._meta.concrete_fields} - _NOT_REVISED
    if revised := tuple(sorted(n for n in names if getattr(before, n) != getattr(after, n))):
        yield ListingRevised(listing_id=after.pk, fields=revised)
    if before.agent_id != after.agent_id:
        yield ListingHandedOver(
            listing_id=after.pk, old_agent_id=before.agent_id, new_agent_id=after.agent_id
        )
    yield from _stepped(before.status, after)


def _stepped(old: str, listing: Listing) -> Iterator[DomainEvent]:
    if old == Status.DRAFT and listing.status in FOR_SALE:
        yield services.published(listing)
    elif old != listing.status:
        yield from services.moved(listing.pk, old, listing.status)
