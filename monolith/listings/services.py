"""The first arrow of the line: the only code that changes a listing on purpose.

Enters: what somebody decided. Leaves: the row, and a domain event in the outbox, committed
together. Each service locks the row, changes it, and publishes with the version that the
database gave the change; a service that changes nothing publishes nothing.

Staff put things right in `staff`, with the same events. Raw SQL and deletions tell no event: they
reach projections as row changes.
"""

from collections.abc import Iterator, Mapping

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from cdc.contracts.events import (
    DomainEvent,
    ListingHandedOver,
    ListingPublished,
    ListingRepriced,
    ListingRevised,
    ListingStatusChanged,
    ListingWithdrawn,
)
from cdc.outbox.batch import together
from monolith.errors import (
    ChangedMeanwhile,
    InvalidPrice,
    NotPublishable,
    PricesMoved,
    StatusNotAllowed,
)
from monolith.listings.models import FOR_SALE, MAX_PRICE, Listing, PriceChange, Status
from monolith.listings.signals import publish as publish_event
from monolith.versions import save

# The life of a listing. A sale is final here; staff may put it right in the admin.
NEXT = {
    Status.DRAFT: (Status.ACTIVE, Status.WITHDRAWN),
    Status.ACTIVE: (Status.PENDING, Status.SOLD, Status.WITHDRAWN),
    Status.PENDING: (Status.ACTIVE, Status.SOLD, Status.WITHDRAWN),
    Status.SOLD: (),
    Status.WITHDRAWN: (Status.ACTIVE,),
}
# What buyers must be told; the rest may stay unknown.
NEEDED = ("title", "description", "price", "stories", "wall", "garage")


class Reason(models.TextChoices):
    """Why a home leaves the market; the values are those of the event's contract."""

    SELLER_DECIDED = "seller_decided", "The seller decided so"
    SOLD_ELSEWHERE = "sold_elsewhere", "It was sold elsewhere"
    MISTAKE = "mistake", "It was listed by mistake"
    NOT_SAID = "not_said", "I would rather not say"


@transaction.atomic
def publish(listing_id: int) -> Listing:
    """Put a draft on the market, as listed now."""
    listing = _lock(listing_id)
    if listing.status != Status.DRAFT:
        raise StatusNotAllowed(listing.status, Status.ACTIVE)
    _require_all(listing)
    listing.status, listing.listed_at = Status.ACTIVE, timezone.now().replace(microsecond=0)
    save(listing, "status", "listed_at")
    publish_event(published(listing), aggregate_version=listing.version)
    return listing


@transaction.atomic
def reprice(listing_id: int, price: int) -> Listing:
    """Ask another price; a lower one shows from what it was reduced, unless nobody saw it."""
    if not 0 < price <= MAX_PRICE:
        raise InvalidPrice(price)
    listing = _lock(listing_id)
    old_price = listing.price
    if price == old_price:
        return listing
    is_reduced = price < old_price and listing.status != Status.DRAFT
    listing.price = price
    listing.previous_price = old_price if is_reduced else None
    listing.reduced_at = timezone.now() if is_reduced else None
    save(listing, "price", "previous_price", "reduced_at")
    # What buyers never saw is no history.
    if listing.status != Status.DRAFT:
        PriceChange.objects.create(listing=listing, old_price=old_price, new_price=price)
    event = ListingRepriced(listing_id=listing.pk, old_price=old_price, new_price=price)
    publish_event(event, aggregate_version=listing.version)
    return listing


@transaction.atomic
@together()
def reprice_all(prices: Mapping[int, tuple[int, int]], *, among: Q) -> None:
    """Ask other prices for many homes, or for none: each goes from the price seen to the new one.

    Raises ``PricesMoved`` for a home that is not ``among`` them, not for sale, or costs another
    price by now. Rows are locked in the order of their numbers, so two lists never deadlock.
    """
    homes = Listing.objects.filter(among, pk__in=prices, status__in=(Status.DRAFT, *FOR_SALE))
    locked = homes.select_for_update(of=("self",)).order_by("pk")
    current = dict(locked.values_list("pk", "price"))
    for listing_id, (seen, price) in sorted(prices.items()):
        if current.get(listing_id) != seen:
            raise PricesMoved(listing_id)
        reprice(listing_id, price)


@transaction.atomic
def revise(listing_id: int, *, title: str, description: str) -> Listing:
    """Say something else about the home; a new title gives it a new address on the site."""
    listing = _lock(listing_id)
    words = {"title": title, "description": description}
    changed = tuple(name for name, text in words.items() if getattr(listing, name) != text)
    if not changed:
        return listing
    listing.title, listing.description = title, description
    listing.slug = slugify(title) or "home"
    save(listing, "title", "description", "slug")
    event = ListingRevised(listing_id=listing.pk, fields=changed)
    publish_event(event, aggregate_version=listing.version)
    return listing


@transaction.atomic
def change_status(listing_id: int, status: str) -> Listing:
    """Take the next step in the listing's life; a draft that becomes active is published."""
    listing = _lock(listing_id)
    old_status = listing.status
    if status == old_status:
        return listing
    if status not in NEXT[Status(old_status)]:
        raise StatusNotAllowed(old_status, status)
    if old_status == Status.DRAFT and status == Status.ACTIVE:
        return publish(listing_id)
    if status == Status.WITHDRAWN:
        return withdraw(listing_id)
    if old_status == Status.WITHDRAWN:
        _require_all(listing)
    # A draft that was withdrawn and comes back was never listed before.
    listing.listed_at = listing.listed_at or timezone.now().replace(microsecond=0)
    return _move(listing, status)


@transaction.atomic
def withdraw(listing_id: int, reason: str = Reason.NOT_SAID) -> Listing:
    """Take a home off the market, or give up a draft; the step and its reason are two events."""
    listing = _lock(listing_id)
    if Status.WITHDRAWN not in NEXT[Status(listing.status)]:
        raise StatusNotAllowed(listing.status, Status.WITHDRAWN)
    return _move(listing, Status.WITHDRAWN, Reason(reason))


@transaction.atomic
def hand_over(old_agent_id: int, new_agent_id: int) -> int:
    """Give all that one agent sells to another, and return how many homes that is."""
    homes = Listing.objects.filter(agent_id=old_agent_id).select_for_update(of=("self",))
    numbers = list(homes.order_by("pk").values_list("pk", flat=True))
    moved = Listing.objects.filter(pk__in=numbers)
    moved.update(agent_id=new_agent_id, updated_at=timezone.now())
    with together():
        for listing_id, version in moved.order_by("pk").values_list("pk", "version"):
            event = ListingHandedOver(
                listing_id=listing_id, old_agent_id=old_agent_id, new_agent_id=new_agent_id
            )
            publish_event(event, aggregate_version=version)
    return len(numbers)


@transaction.atomic
def tell_revised(listing_id: int, *fields: str) -> Listing:
    """Say that something kept beside the row is another now, such as its photos."""
    listing = _lock(listing_id)
    save(listing)
    publish_event(
        ListingRevised(listing_id=listing.pk, fields=fields), aggregate_version=listing.version
    )
    return listing


@transaction.atomic
@together()
def amend(
    listing_id: int,
    *,
    price: int,
    status: str,
    title: str,
    description: str,
    seen_version: int | None = None,
) -> Listing:
    """Make all the changes of the edit form, or none; one event for each kind of change.

    Raises ``ChangedMeanwhile`` when the listing is no longer the ``seen_version``.
    """
    if seen_version is not None:
        guard(listing_id, seen_version)
    revise(listing_id, title=title, description=description)
    reprice(listing_id, price)
    # Last, so that a draft is published with the words and the price it was given.
    return change_status(listing_id, status)


def published(listing: Listing) -> ListingPublished:
    """Return the event of a home that is on the market for the first time."""
    return ListingPublished(
        listing_id=listing.pk,
        price=listing.price,
        status=str(listing.status),
        title=listing.title,
        neighbourhood=listing.neighbourhood,
    )


def moved(
    listing_id: int, old: str, new: str, reason: str = Reason.NOT_SAID
) -> Iterator[DomainEvent]:
    """Yield the events of another status; one that leaves the market tells why as well."""
    yield ListingStatusChanged(listing_id=listing_id, old_status=str(old), new_status=str(new))
    if new == Status.WITHDRAWN:
        yield ListingWithdrawn(listing_id=listing_id, old_status=str(old), reason=str(reason))


def guard(listing_id: int, seen_version: int) -> None:
    """Lock the listing for the caller's transaction; raises ``ChangedMeanwhile``."""
    if _lock(listing_id).version != seen_version:
        raise ChangedMeanwhile


def missing(listing: Listing) -> list[str]:
    """Return which of the needed facts it lacks; with none of them it may be published."""
    return [name for name in NEEDED if not str(getattr(listing, name) or "").strip()]


def _require_all(listing: Listing) -> None:
    if lacking := missing(listing):
        raise NotPublishable(lacking)


def _move(listing: Listing, status: str, reason: str = Reason.NOT_SAID) -> Listing:
    old_status, listing.status = listing.status, status
    save(listing, "status", "listed_at")
    for event in moved(listing.pk, old_status, status, reason):
        publish_event(event, aggregate_version=listing.version)
    return listing


def _lock(listing_id: int) -> Listing:
    return Listing.objects.select_for_update().get(pk=listing_id)
