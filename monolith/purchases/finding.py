"""The offer that an address names, for those whom it concerns; to others it does not exist."""

from typing import cast

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from monolith.accounts.models import User
from monolith.purchases.models import Offer, Purchase, Role
from monolith.purchases.roles import role_of


def find(request: HttpRequest, offer_id: int) -> tuple[Offer, Role]:
    """Return the offer and the reader's role; raises ``Http404`` for whom it does not concern."""
    offers = Offer.objects.select_related("listing__agent", "buyer", "purchase")
    offer = get_object_or_404(offers, pk=offer_id)
    role = role_of(cast(User, request.user), offer)
    if role is None:
        raise Http404
    return offer, role


def find_purchase(request: HttpRequest, offer_id: int) -> tuple[Purchase, Role]:
    offer, role = find(request, offer_id)
    purchase: Purchase | None = getattr(offer, "purchase", None)
    if purchase is None:
        raise Http404
    return purchase, role
