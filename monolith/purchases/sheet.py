"""All that an offer's page says: an offer and its reader's role enter, ready words leave."""

from typing import Any

from monolith.listings.models import FOR_SALE, LISTED
from monolith.purchases import story
from monolith.purchases.life import NEXT, SIGNERS, TURN
from monolith.purchases.models import Document, Offer, OfferStatus, Purchase, PurchaseStatus, Role

Documents = list[tuple[Document, list[str]]]


def describe(offer: Offer, role: Role) -> dict[str, Any]:
    purchase = story.purchase_of(offer)
    documents = _documents(purchase) if purchase else []
    is_over = offer.is_overdue or not story.whats_next(offer)
    return {
        "offer": offer,
        "purchase": purchase,
        "role": role,
        "steps": [(story.sentence(step), step) for step in offer.steps.select_related("by").all()],
        "ahead": [] if is_over else story.ahead(offer),
        "is_their_turn": _is_their_turn(offer, purchase, role, documents),
        "documents": documents,
        "notice": _notice(offer, purchase),
        "may_end": bool(purchase and purchase.is_running),
    }


def _is_their_turn(
    offer: Offer, purchase: Purchase | None, role: Role, documents: Documents
) -> bool:
    if purchase is None:
        is_open = offer.status == OfferStatus.OPEN and not offer.is_overdue
        return role == Role.AGENT and is_open and offer.listing.status in FOR_SALE
    if purchase.status == PurchaseStatus.IN_ESCROW:
        return any(role.label in missing for _, missing in documents)
    return role in TURN.get(NEXT.get(purchase.status, ""), ())


def _documents(purchase: Purchase) -> Documents:
    """Return each document with the sides that have not signed it."""
    found = purchase.documents.prefetch_related("signatures")
    return [(document, _missing(document)) for document in found]


def _missing(document: Document) -> list[str]:
    signed = {signature.role for signature in document.signatures.all()}
    return [side.label for side in SIGNERS if side not in signed]


def _notice(offer: Offer, purchase: Purchase | None) -> str:
    """Say plainly what stands in the way of the next step."""
    status = offer.listing.status
    if purchase and purchase.is_running and status not in LISTED:
        return "The home was withdrawn from the market. This purchase can only be cancelled."
    if offer.status != OfferStatus.OPEN:
        return ""
    if offer.is_overdue:
        return "The last day of this offer has passed. It can no longer be accepted."
    if status not in FOR_SALE:
        return "This home is no longer for sale, so the offer can no longer be accepted."
    if offer.listing.purchases.running().exists():
        return "Another offer was accepted. This one is a back-up, in case that sale fails."
    return ""
