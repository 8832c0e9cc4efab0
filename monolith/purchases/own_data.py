"""What offers and purchases hold of a person, for their export and the end of their account.

A purchase that ended stays, as the history of a home; its notes, references and signatures are
blanked. One that runs needs its buyer: the account waits.
"""

from typing import Any

from django.db.models import QuerySet

from monolith.accounts.models import User
from monolith.errors import HasPurchase
from monolith.purchases import offer_services
from monolith.purchases.models import Offer, OfferStatus, Purchase, Signature


def offers(user: User) -> list[Any]:
    made = Offer.objects.filter(buyer=user).order_by("id")
    purchase = ("purchase__status", "purchase__deposit_reference", "purchase__reason")
    facts = ("id", "listing_id", "listing__title", "amount", "note", "expires_on", "status")
    return list(made.values(*facts, "made_at", *purchase))


def end_offers(user: User) -> None:
    """Withdraw what is open. Raises ``HasPurchase`` for a buyer whose purchase runs."""
    purchases = Purchase.objects.filter(offer__buyer=user)
    if purchases.running().exists():
        raise HasPurchase
    made = Offer.objects.filter(buyer=user)
    still_open = made.filter(status=OfferStatus.OPEN).order_by("listing_id")
    for offer_id in list(still_open.values_list("pk", flat=True)):
        offer_services.withdraw(user, offer_id)
    made.update(note="")
    purchases.update(deposit_reference="")


def signatures(user: User) -> list[Any]:
    given = _given(user).order_by("id")
    return list(given.values("document__kind", "document__purchase_id", "name", "signed_at"))


def blank_signatures(user: User) -> None:
    _given(user).update(name="")


def _given(user: User) -> QuerySet[Signature]:
    return Signature.objects.filter(by=user)
