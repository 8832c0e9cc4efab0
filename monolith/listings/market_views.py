"""Off the market and back: what a step means is shown first, and a post takes it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from monolith.accounts.permissions import agent_required
from monolith.errors import ListingError, StatusNotAllowed
from monolith.listings import services
from monolith.listings.lookup import own_listing
from monolith.listings.models import Status
from monolith.listings.steps.plan import lacking


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(choices=services.Reason.choices, initial=services.Reason.NOT_SAID)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@never_cache
def withdraw(request: HttpRequest, listing_id: int) -> HttpResponse:
    listing = own_listing(request, listing_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, label_suffix="")
    context: dict[str, Any] = {
        "listing": listing,
        "form": form,
        "heading": "Take this home off the market",
        "consequence": "Its page will say that it is gone. You may put it back later.",
        "button": "Withdraw",
    }
    if form.is_valid():
        try:
            services.withdraw(listing.pk, form.cleaned_data["reason"])
        except ListingError as error:
            return _refused(request, context, error)
        messages.success(request, f"Listing {listing.pk} is withdrawn.")
        return redirect("listings:own")
    return render(request, "listings/confirm.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@never_cache
def relist(request: HttpRequest, listing_id: int) -> HttpResponse:
    listing = own_listing(request, listing_id)
    context: dict[str, Any] = {
        "listing": listing,
        "heading": "Put this home back on the market",
        "consequence": f"Buyers will find it again, for {listing.price_in_dollars or 'no price'}.",
        "button": "Put it back",
        "lacking": lacking(listing),
    }
    if request.method != "POST":
        return render(request, "listings/confirm.html", context)
    try:
        # Only the way back from withdrawn; a draft has a page of its own for its first time.
        if listing.status != Status.WITHDRAWN:
            raise StatusNotAllowed(listing.status, Status.ACTIVE)
        services.change_status(listing.pk, Status.ACTIVE)
    except ListingError as error:
        return _refused(request, context, error)
    messages.success(request, f"Listing {listing.pk} is on the market again.")
    return redirect(listing)


def _refused(request: HttpRequest, context: dict[str, Any], error: ListingError) -> HttpResponse:
    return render(request, "listings/confirm.html", {**context, "problem": error}, status=400)
