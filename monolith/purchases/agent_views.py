"""An agent's lists of offers: all of them, or those for one home."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from monolith.accounts.models import User
from monolith.accounts.permissions import agent_required, editable_by
from monolith.listings.models import Listing
from monolith.purchases.models import RUNNING, Offer, OfferStatus
from monolith.purchases.roles import answered_by

PAGE_SIZE = 25
# What an agent may look at alone, in the words of the address.
SHOWN: dict[str, dict[str, Any]] = {
    "": {},
    "open": {"status": OfferStatus.OPEN},
    "running": {"purchase__status__in": RUNNING},
}


@never_cache
@require_safe
@agent_required
def offers(request: HttpRequest, listing_id: int | None = None) -> HttpResponse:
    """Show the newest first, or a home's by amount; a home that is not theirs does not exist."""
    user, shown = cast(User, request.user), request.GET.get("show", "")
    found = Offer.objects.filter(answered_by(user), **SHOWN.get(shown, {}))
    listing = None
    if listing_id is not None:
        listing = get_object_or_404(Listing, editable_by(user), pk=listing_id)
        found = found.filter(listing=listing)
    rows = found.select_related("listing", "buyer", "purchase").defer("listing__description")
    ordered = rows.order_by("-amount", "-id") if listing else rows.order_by("-id")
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "listing": listing, "shown": shown if shown in SHOWN else ""}
    return render(request, "purchases/agent_offers.html", context)
