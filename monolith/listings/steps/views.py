"""The pages on which an agent lists a home: each step is kept as soon as it is answered."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from monolith.accounts.models import User
from monolith.accounts.permissions import agent_required
from monolith.errors import ChangedMeanwhile, ListingError
from monolith.listings import drafting, services
from monolith.listings.forms import GuardedForm
from monolith.listings.lookup import own_listing
from monolith.listings.models import Listing, Status
from monolith.listings.sheet import describe
from monolith.listings.steps import plan
from monolith.listings.steps.forms import NewPlaceForm


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Ask where the home lies; the answer makes a draft that waits for the rest."""
    form = NewPlaceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        listing = drafting.create(cast(User, request.user), form.cleaned_data)
        messages.success(request, "Your draft is saved. You may go on with it at any time.")
        return redirect(plan.after("place").url(listing))
    return _page(request, form, {"step": plan.NAMED["place"], "is_new": True})


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@never_cache
def answer(request: HttpRequest, listing_id: int, name: str) -> HttpResponse:
    """Show and take one step of a listing, a draft or not."""
    listing, step = own_listing(request, listing_id), plan.NAMED[name]
    form = step.form(request.POST if request.method == "POST" else None, listing)
    if form.is_valid() and _is_saved(step, form, listing):
        if listing.status == Status.DRAFT:
            return redirect(plan.after(name).url(listing))
        messages.success(request, "Your changes are saved.")
        return redirect(step.url(listing))
    if "seen_version" in form.errors:
        form.show_again(listing)
    previous = plan.before(name) if listing.status == Status.DRAFT else None
    context = {"back": previous.url(listing) if previous else "", "listing": listing}
    steps = plan.progress(listing, name)
    return _page(request, form, {**context, "step": step, "steps": steps})


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@never_cache
def review(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Show a draft as buyers will see it and what it lacks; a post publishes it."""
    listing = own_listing(request, listing_id)
    if listing.status != Status.DRAFT:
        return redirect("listings:edit", listing_id=listing.pk)
    problem = _publish(listing) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        messages.success(request, "Your home is on the market.")
        return redirect(listing)
    context = {
        "listing": listing,
        "lacking": plan.lacking(listing),
        "problem": problem,
        "steps": plan.progress(listing, "review"),
        "back": plan.NAMED["photos"].url(listing),
        **describe(listing),
    }
    return render(request, "listings/review.html", context, status=400 if problem else 200)


def _publish(listing: Listing) -> str:
    try:
        services.publish(listing.pk)
    except ListingError as error:
        return str(error)
    return ""


def _is_saved(step: plan.Step, form: GuardedForm, listing: Listing) -> bool:
    try:
        plan.save(step, listing.pk, form.cleaned_data)
    except ChangedMeanwhile as error:
        listing.refresh_from_db()
        form.show_again(listing)
        form.add_error(None, str(error))
        return False
    return True


def _page(request: HttpRequest, form: Any, context: dict[str, Any]) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, "listings/step.html", {"form": form, **context}, status=status)
