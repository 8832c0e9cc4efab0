"""An offer and its purchase in words: rows enter; what happened and what comes next leave."""

from monolith.purchases.life import NEXT
from monolith.purchases.models import Offer, OfferStatus, Purchase, PurchaseStatus, Role, Step

_SAID: dict[str, str] = {
    OfferStatus.OPEN: "{who} made an offer",
    OfferStatus.WITHDRAWN: "{who} withdrew the offer",
    OfferStatus.DECLINED: "{who} declined the offer",
    OfferStatus.ACCEPTED: "{who} accepted the offer",
    PurchaseStatus.DEPOSIT_PAID: "{who} paid the deposit",
    PurchaseStatus.IN_ESCROW: "{who} confirmed that the deposit is in escrow",
    PurchaseStatus.DOCUMENTS_SIGNED: "Both sides have signed the documents",
    PurchaseStatus.COMPLETED: "{who} completed the purchase",
    PurchaseStatus.CANCELLED: "{who} cancelled the purchase",
}
# What the site does by itself.
_HAPPENED: dict[str, str] = {
    OfferStatus.EXPIRED: "The offer expired",
    OfferStatus.DECLINED: "The home was sold to another buyer",
}
_NEXT: dict[str, str] = {
    OfferStatus.OPEN: "The agent accepts or declines the offer",
    PurchaseStatus.ACCEPTED: "The buyer pays the deposit and enters its reference",
    PurchaseStatus.DEPOSIT_PAID: "The agent confirms that the deposit is in escrow",
    PurchaseStatus.IN_ESCROW: "The buyer and the agent sign the documents",
    PurchaseStatus.DOCUMENTS_SIGNED: "The agent hands over the keys and completes the purchase",
}


def sentence(step: Step) -> str:
    """Say what was done, and by which side."""
    if not step.role:
        return _HAPPENED[step.new_status]
    return _SAID[step.new_status].format(who=Role(step.role).label.capitalize())


def whats_next(offer: Offer) -> str:
    """Return the next step and whose it is, or nothing when the story has ended."""
    return "" if offer.is_overdue else _NEXT.get(_status(offer), "")


def ahead(offer: Offer) -> list[str]:
    """Return the steps that follow, the next one first."""
    status, steps = _status(offer), []
    while status in _NEXT:
        steps.append(_NEXT[status])
        status = NEXT.get(status, PurchaseStatus.ACCEPTED)
    return steps


def purchase_of(offer: Offer) -> Purchase | None:
    return getattr(offer, "purchase", None)


def _status(offer: Offer) -> str:
    purchase = purchase_of(offer)
    return purchase.status if purchase else offer.status
