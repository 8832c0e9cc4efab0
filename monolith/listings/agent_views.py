"""Pages of agents and agency admins: a posted form enters a service, or comes back with what
is wrong.
"""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from monolith.accounts.models import User
from monolith.accounts.permissions import agent_required, editable_by
from monolith.errors import ListingError
from monolith.listings import services
from monolith.listings.forms import EditForm
from monolith.listings.models import Listing

PAGE_SIZE = 25


@require_safe
@agent_required
def own_listings(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    listings = Listing.objects.filter(editable_by(user)).select_related("agent").order_by("-id")
    page = Paginator(listings.defer("description"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "listings/own_listings.html", {"page": page, "shows_agents": user.is_agency_admin}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def edit_listing(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Show and take the edit form; a listing that is not theirs does not exist here."""
    listing = get_object_or_404(Listing, editable_by(cast(User, request.user)), pk=listing_id)
    form = EditForm(request.POST if request.method == "POST" else None, listing)
    if form.is_valid() and _amend(form, listing):
        messages.success(request, "Your changes are saved.")
        return redirect("listings:edit", listing_id=listing.pk)
    status = 400 if form.errors else 200
    context = {"form": form, "listing": listing}
    return render(request, "listings/edit_listing.html", context, status=status)


def _amend(form: EditForm, listing: Listing) -> bool:
    try:
        services.amend(listing.pk, **form.cleaned_data)
    except ListingError as error:
        # The listing moved on between the form's check and the lock.
        form.add_error(None, str(error))
        return False
    return True
