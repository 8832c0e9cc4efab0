"""Pages of agents and agency admins: a posted form enters a service, or comes back with what
is wrong.
"""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monolith.accounts.models import User
from monolith.accounts.permissions import agent_required, editable_by
from monolith.errors import ChangedMeanwhile, ListingError
from monolith.listings import services
from monolith.listings.forms import EditForm
from monolith.listings.lookup import own_listing
from monolith.listings.models import Listing, Status
from monolith.listings.steps.plan import progress

PAGE_SIZE = 25
LATEST = 5


@require_safe
@agent_required
@never_cache
def own_listings(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    listings = Listing.objects.filter(editable_by(user)).select_related("agent").order_by("-id")
    page = Paginator(listings.defer("description"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "shows_agents": user.is_agency_admin,
        "counts": _count_by_status(user),
        "latest": listings.defer("description").order_by("-updated_at", "-id")[:LATEST],
    }
    return render(request, "listings/own_listings.html", context)


def _count_by_status(user: User) -> list[tuple[str, str, int]]:
    rows = Listing.objects.filter(editable_by(user)).values_list("status").annotate(Count("id"))
    counts = dict(rows.order_by())
    return [(status.value, status.label, counts.get(status.value, 0)) for status in Status]


@require_POST
@agent_required
def take_step(request: HttpRequest, listing_id: int, status: str) -> HttpResponse:
    """Mark a home as pending or sold, from the list."""
    listing = own_listing(request, listing_id)
    try:
        services.change_status(listing.pk, status)
        messages.success(request, f"Listing {listing.pk} is now {Status(status).label.lower()}.")
    except ListingError as error:
        messages.error(request, str(error))
    return redirect("listings:own")


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@never_cache
def edit_listing(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Show and take the edit form; a listing that is not theirs does not exist here."""
    listing = own_listing(request, listing_id)
    form = EditForm(request.POST if request.method == "POST" else None, listing)
    if form.is_valid() and _amend(form, listing):
        messages.success(request, "Your changes are saved.")
        return redirect("listings:edit", listing_id=listing.pk)
    if "seen_version" in form.errors:
        form.show_again(listing)
    status = 400 if form.errors else 200
    context = {"form": form, "listing": listing, "steps": progress(listing, "edit")}
    return render(request, "listings/edit_listing.html", context, status=status)


def _amend(form: EditForm, listing: Listing) -> bool:
    try:
        services.amend(listing.pk, **form.cleaned_data)
    except ChangedMeanwhile as error:
        listing.refresh_from_db()
        form.show_again(listing)
        form.add_error(None, str(error))
        return False
    except ListingError as error:
        # The listing moved on between the form's check and the lock.
        form.add_error(None, str(error))
        return False
    return True
