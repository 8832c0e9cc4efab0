"""Favourite homes: a click on a home's page enters a service; one's own page of cards leaves."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from monolith.accounts.models import User
from monolith.errors import HomeNotListed
from monolith.interests import services
from monolith.interests.models import Favourite
from monolith.listings.cards import COLUMNS, Card, as_card
from monolith.listings.models import LISTED, Status

PAGE_SIZE = 24


@dataclass(frozen=True, slots=True)
class Kept:
    """A favourite as its page shows it, on the market or not."""

    listing_id: int
    card: Card
    is_listed: bool
    note: str


@never_cache
@require_safe
@login_required
def favourites(request: HttpRequest) -> HttpResponse:
    kept = Favourite.objects.filter(account=cast(User, request.user))
    newest = kept.order_by("-added_at", "-id").values(*(f"listing__{name}" for name in COLUMNS))
    page = Paginator(newest, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "homes": [_as_kept(row) for row in page]}
    return render(request, "interests/favourites.html", context)


@require_POST
def add(request: HttpRequest, listing_id: int) -> HttpResponse:
    if not request.user.is_authenticated:
        return _log_in(listing_id)
    try:
        services.add_favourite(request.user.pk, listing_id)
    except HomeNotListed as error:
        raise Http404 from error
    messages.success(request, "This home is among your favourites.")
    return redirect("listings:number", listing_id)


@require_POST
def remove(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Keep the home no longer, and show what was shown before."""
    if not request.user.is_authenticated:
        return _log_in(listing_id)
    if services.remove_favourite(request.user.pk, listing_id):
        messages.success(request, "The home is no longer among your favourites.")
    if "from_home" in request.POST:
        return redirect("listings:number", listing_id)
    return redirect("interests:favourites")


def _log_in(listing_id: int) -> HttpResponse:
    # Not back to here: after the log-in the browser gets, and these addresses take posts only.
    return redirect_to_login(reverse("listings:number", args=[listing_id]))


def _as_kept(row: dict[str, object]) -> Kept:
    home = {name.removeprefix("listing__"): value for name, value in row.items()}
    status = cast(str, home["status"])
    note = "This home was sold." if status == Status.SOLD else ""
    is_listed = status in LISTED
    if not is_listed:
        note = "This home is no longer on the market."
    return Kept(cast(int, home["id"]), as_card(home), is_listed, note)
