"""A buyer's pages: the form of an offer enters a service; the list of one's own offers leaves."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from monolith.accounts.models import User
from monolith.accounts.permissions import may_edit
from monolith.errors import AlreadyOffered, HomeOffMarket, OwnHome, PurchaseError
from monolith.listings.models import FOR_SALE, LISTED, Listing
from monolith.purchases import offer_services
from monolith.purchases.forms import OfferForm
from monolith.purchases.models import Offer, OfferStatus

PAGE_SIZE = 20


@never_cache
@require_safe
@login_required
def own_offers(request: HttpRequest) -> HttpResponse:
    offers = Offer.objects.filter(buyer=cast(User, request.user))
    newest = offers.select_related("listing", "purchase").defer("listing__description")
    page = Paginator(newest.order_by("-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "purchases/own_offers.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def make_offer(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Show and take the form; whoever cannot offer is sent back with the reason."""
    user = cast(User, request.user)
    listing = get_object_or_404(Listing.objects.select_related("agent"), pk=listing_id)
    if listing.status not in LISTED:
        raise Http404
    form = OfferForm(request.POST if request.method == "POST" else None)
    try:
        _check(user, listing)
        if form.is_valid():
            offer = offer_services.make(user, listing.pk, **form.cleaned_data)
            messages.success(request, "Your offer is made. We have sent it to the agent.")
            return redirect("purchases:offer", offer.pk)
    except AlreadyOffered as error:
        messages.error(request, str(error))
        return redirect("purchases:offer", error.offer_id)
    except (OwnHome, HomeOffMarket) as error:
        messages.error(request, str(error))
        return redirect("listings:number", listing.pk)
    except PurchaseError as error:
        form.add_error(None, str(error))
    context = {"form": form, "listing": listing}
    return render(request, "purchases/make_offer.html", context, status=400 if form.errors else 200)


def _check(user: User, listing: Listing) -> None:
    # Before the form is filled in; the service asks again under its lock.
    if may_edit(user, listing.agent):
        raise OwnHome
    if listing.status not in FOR_SALE:
        raise HomeOffMarket
    for offer in Offer.objects.filter(listing=listing, buyer=user, status=OfferStatus.OPEN):
        if not offer.is_overdue:
            raise AlreadyOffered(offer.pk)
