"""The only code that moves a purchase on, from the accepted offer to the keys or to its end.

Enters: a step that somebody takes. Leaves: the row, the listing's status, a step of the history,
a mail to the other side and a domain event, committed together.
"""

from django.db import transaction

from cdc.contracts.events import PurchaseAdvanced, PurchaseCancelled, PurchaseCompleted
from cdc.outbox.publish import publish
from monolith.accounts.models import User
from monolith.errors import (
    AlreadySigned,
    HomeOffMarket,
    NameDiffers,
    NotTheirStep,
    StepNotAllowed,
)
from monolith.listings.models import FOR_SALE, LISTED, Listing, Status
from monolith.listings.services import change_status
from monolith.purchases import documents, mails
from monolith.purchases.history import record
from monolith.purchases.life import NEXT, SIGNERS, TURN, reasons
from monolith.purchases.models import Purchase, PurchaseStatus, Reason, Role, Signature
from monolith.purchases.offer_services import decline_others
from monolith.purchases.roles import require
from monolith.purchases.rows import lock_purchase
from monolith.versions import save


@transaction.atomic
def pay_deposit(by: User, purchase_id: int, reference: str) -> None:
    """Take the buyer's word and the payment's reference; the agent checks both next."""
    purchase = lock_purchase(purchase_id)
    purchase.deposit_reference = reference
    _advance(purchase, PurchaseStatus.DEPOSIT_PAID, by, "deposit_reference")


@transaction.atomic
def confirm_escrow(by: User, purchase_id: int) -> None:
    """Say that the deposit has come; the documents are drawn up with that."""
    purchase = lock_purchase(purchase_id)
    _advance(purchase, PurchaseStatus.IN_ESCROW, by)
    documents.draw_up(purchase)


@transaction.atomic
def sign(by: User, purchase_id: int, kind: str, name: str) -> None:
    """Sign one document for one's side; the last signature of all moves the purchase on.

    Raises ``Document.DoesNotExist`` before the documents are drawn up.
    """
    purchase = lock_purchase(purchase_id)
    role = require(by, purchase.offer, SIGNERS)
    document = purchase.documents.get(kind=kind)
    if purchase.status != PurchaseStatus.IN_ESCROW:
        raise StepNotAllowed(purchase.status, PurchaseStatus.DOCUMENTS_SIGNED)
    if not _is_same(name, by.get_full_name()):
        raise NameDiffers(by.get_full_name())
    if document.signatures.filter(role=role).exists():
        raise AlreadySigned
    document.signatures.create(role=role, by=by, name=name)
    _count_signatures(purchase, by, role)


@transaction.atomic
def complete(by: User, purchase_id: int) -> None:
    """Hand over the keys: the listing is sold, and what was still offered is declined."""
    purchase = lock_purchase(purchase_id)
    _move(purchase, PurchaseStatus.COMPLETED, by)
    purchase.listing = change_status(purchase.listing.pk, Status.SOLD)
    event = PurchaseCompleted(**_facts(purchase), amount=purchase.offer.amount)
    publish(event, aggregate_version=purchase.version)
    decline_others(purchase.listing)


@transaction.atomic
def cancel(by: User, purchase_id: int, reason: str) -> None:
    """End the purchase; the home is for sale again, or withdrawn if the seller keeps it."""
    purchase = lock_purchase(purchase_id)
    role = require(by, purchase.offer, list(Role))
    if reason not in reasons(role):
        raise NotTheirStep
    old_status = purchase.status
    if not purchase.is_running:
        raise StepNotAllowed(old_status, PurchaseStatus.CANCELLED)
    purchase.status, purchase.reason = PurchaseStatus.CANCELLED, reason
    save(purchase, "status", "reason")
    _release(purchase.listing, reason)
    record(purchase.offer, old_status, purchase.status, by=by, role=role)
    event = PurchaseCancelled(
        **_facts(purchase), old_status=str(old_status), reason=str(reason), cancelled_by=str(role)
    )
    publish(event, aggregate_version=purchase.version)


def _advance(purchase: Purchase, status: PurchaseStatus, by: User, *fields: str) -> None:
    old_status = _move(purchase, status, by, *fields)
    event = PurchaseAdvanced(**_facts(purchase), old_status=old_status, new_status=str(status))
    publish(event, aggregate_version=purchase.version)


def _move(purchase: Purchase, status: PurchaseStatus, by: User, *fields: str) -> str:
    role = require(by, purchase.offer, TURN[status])
    old_status = PurchaseStatus(purchase.status)
    if NEXT.get(old_status) != status:
        raise StepNotAllowed(old_status, status)
    # An agent may have marked it as sold by hand, to this buyer; withdrawn, it goes to nobody.
    if purchase.listing.status not in LISTED:
        raise HomeOffMarket
    purchase.status = status
    save(purchase, "status", *fields)
    record(purchase.offer, old_status, status, by=by, role=role)
    return str(old_status)


def _count_signatures(purchase: Purchase, by: User, role: Role) -> None:
    needed = purchase.documents.count()
    given = Signature.objects.filter(document__purchase=purchase)
    if given.count() == needed * len(SIGNERS):
        _advance(purchase, PurchaseStatus.DOCUMENTS_SIGNED, by)
    elif given.filter(role=role).count() == needed:
        mails.tell(purchase.offer, f"{role.label.capitalize()} signed all documents.", but=by)


def _release(listing: Listing, reason: str) -> None:
    if reason == Reason.SELLER and listing.status in FOR_SALE:
        change_status(listing.pk, Status.WITHDRAWN)
    elif listing.status == Status.PENDING:
        change_status(listing.pk, Status.ACTIVE)


def _is_same(typed: str, name: str) -> bool:
    return typed.casefold().split() == name.casefold().split()


def _facts(purchase: Purchase) -> dict[str, int]:
    return {
        "purchase_id": purchase.pk,
        "listing_id": purchase.listing_id,
        "buyer_id": purchase.offer.buyer_id,
    }
