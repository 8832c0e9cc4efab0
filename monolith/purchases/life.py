"""The life of a purchase as two tables: which step follows, and whose it is."""

from monolith.purchases.models import PurchaseStatus, Reason, Role

NEXT: dict[str, PurchaseStatus] = {
    PurchaseStatus.ACCEPTED: PurchaseStatus.DEPOSIT_PAID,
    PurchaseStatus.DEPOSIT_PAID: PurchaseStatus.IN_ESCROW,
    PurchaseStatus.IN_ESCROW: PurchaseStatus.DOCUMENTS_SIGNED,
    PurchaseStatus.DOCUMENTS_SIGNED: PurchaseStatus.COMPLETED,
}
# Who may lead a purchase to the status. Cancelling, all three may, before completion.
TURN: dict[str, tuple[Role, ...]] = {
    PurchaseStatus.DEPOSIT_PAID: (Role.BUYER,),
    PurchaseStatus.IN_ESCROW: (Role.AGENT,),
    PurchaseStatus.DOCUMENTS_SIGNED: (Role.BUYER, Role.AGENT),
    PurchaseStatus.COMPLETED: (Role.AGENT, Role.STAFF),
}
SIGNERS = TURN[PurchaseStatus.DOCUMENTS_SIGNED]


def reasons(role: Role) -> list[Reason]:
    """Return what ``role`` may end a purchase for; a buyer cannot speak for the seller."""
    return [reason for reason in Reason if role != Role.BUYER or reason != Reason.SELLER]
