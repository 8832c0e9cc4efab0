"""The only code that makes, withdraws, answers and ends offers.

Enters: what a buyer or an agent decided. Leaves: the row, a step of its history, a mail to the
other side and a domain event, committed together. Who accepts one offer leaves the others open,
as back-ups: many a sale falls through, and each has its own last day.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from cdc.contracts.events import (
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferMade,
    OfferWithdrawn,
)
from cdc.outbox.publish import publish
from monolith.accounts.models import User
from monolith.accounts.permissions import may_edit
from monolith.errors import (
    AlreadyOffered,
    HomeOffMarket,
    OfferNotOpen,
    OtherPurchaseRuns,
    OwnHome,
    TooManyOffers,
)
from monolith.listings.models import FOR_SALE, Listing, Status
from monolith.listings.services import change_status
from monolith.purchases.history import record
from monolith.purchases.models import Offer, OfferStatus, Purchase, Role
from monolith.purchases.roles import require
from monolith.purchases.rows import lock_listing, lock_offer
from monolith.versions import save

OFFERS_A_DAY = 10


@transaction.atomic
def make(by: User, listing_id: int, *, amount: int, expires_on: date, note: str = "") -> Offer:
    """Bid for a home, also while its sale is pending. Raises ``Listing.DoesNotExist``."""
    listing = lock_listing(listing_id)
    if may_edit(by, listing.agent):
        raise OwnHome
    if listing.status not in FOR_SALE:
        raise HomeOffMarket
    _make_room(by, listing)
    offer = Offer.objects.create(
        listing=listing, buyer=by, amount=amount, expires_on=expires_on, note=note
    )
    record(offer, "", offer.status, by=by, role=Role.BUYER)
    event = OfferMade(
        offer_id=offer.pk,
        listing_id=listing.pk,
        buyer_id=by.pk,
        amount=amount,
        asking_price=listing.price,
        expires_on=expires_on.isoformat(),
    )
    publish(event, aggregate_version=offer.version)
    return offer


@transaction.atomic
def withdraw(by: User, offer_id: int) -> None:
    offer = _lock_open(by, offer_id, Role.BUYER)
    _end(offer, OfferStatus.WITHDRAWN, by=by, role=Role.BUYER)
    publish(OfferWithdrawn(**_facts(offer)), aggregate_version=offer.version)


@transaction.atomic
def decline(by: User, offer_id: int) -> None:
    offer = _lock_open(by, offer_id, Role.AGENT, Role.STAFF)
    _end(offer, OfferStatus.DECLINED, by=by, role=require(by, offer, list(Role)))
    publish(OfferDeclined(**_facts(offer), reason="agent"), aggregate_version=offer.version)


@transaction.atomic
def accept(by: User, offer_id: int) -> None:
    """Begin the purchase; the listing is pending from the same moment."""
    offer = _lock_open(by, offer_id, Role.AGENT)
    if offer.is_overdue:
        raise OfferNotOpen
    if offer.listing.status not in FOR_SALE:
        raise HomeOffMarket
    if offer.listing.purchases.running().exists():
        raise OtherPurchaseRuns
    offer.listing = change_status(offer.listing.pk, Status.PENDING)
    Purchase.objects.create(offer=offer, listing=offer.listing)
    _end(offer, OfferStatus.ACCEPTED, by=by, role=Role.AGENT)
    event = OfferAccepted(**_facts(offer), amount=offer.amount)
    publish(event, aggregate_version=offer.version)


def decline_others(listing: Listing) -> None:
    """End what is still open for a home that was just sold, in the caller's transaction."""
    open_offers = Offer.objects.select_for_update(of=("self",)).select_related("buyer")
    for offer in open_offers.filter(listing=listing, status=OfferStatus.OPEN).order_by("pk"):
        offer.listing = listing
        _end(offer, OfferStatus.DECLINED)
        publish(OfferDeclined(**_facts(offer), reason="sold"), aggregate_version=offer.version)


def expire_overdue() -> int:
    """End every open offer whose last day has passed, each on its own; return how many."""
    overdue = Offer.objects.filter(status=OfferStatus.OPEN, expires_on__lt=timezone.localdate())
    numbers = list(overdue.order_by("expires_on", "pk").values_list("pk", flat=True))
    return sum(_expire(number) for number in numbers)


@transaction.atomic
def _expire(offer_id: int) -> bool:
    offer = lock_offer(offer_id)
    # Somebody may have withdrawn or declined it since it was looked for.
    if not offer.is_overdue:
        return False
    _end(offer, OfferStatus.EXPIRED)
    publish(OfferExpired(**_facts(offer)), aggregate_version=offer.version)
    return True


def _make_room(by: User, listing: Listing) -> None:
    for earlier in Offer.objects.filter(listing=listing, buyer=by, status=OfferStatus.OPEN):
        if not _expire(earlier.pk):
            raise AlreadyOffered(earlier.pk)
    bought = listing.purchases.running().filter(offer__buyer=by)
    for purchase in bought:
        raise AlreadyOffered(purchase.pk)
    since = timezone.now() - timedelta(days=1)
    if Offer.objects.filter(buyer=by, made_at__gt=since).count() >= OFFERS_A_DAY:
        raise TooManyOffers(OFFERS_A_DAY)


def _lock_open(by: User, offer_id: int, *roles: Role) -> Offer:
    offer = lock_offer(offer_id)
    require(by, offer, roles)
    if offer.status != OfferStatus.OPEN:
        raise OfferNotOpen
    return offer


def _end(offer: Offer, status: OfferStatus, *, by: User | None = None, role: str = "") -> None:
    old_status, offer.status = offer.status, status
    save(offer, "status")
    record(offer, old_status, status, by=by, role=role)


def _facts(offer: Offer) -> dict[str, int]:
    return {"offer_id": offer.pk, "listing_id": offer.listing_id, "buyer_id": offer.buyer_id}
