"""Homes as visitors see them: the start page, and the page of one home."""

from typing import Any

from django.db.models import F
from django.db.models.functions import Abs
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from monolith import error_pages
from monolith.accounts.permissions import may_edit
from monolith.listings.cards import COLUMNS, Card, art, as_card, dollars, facts
from monolith.listings.models import Listing, ListingQuerySet, Status

SHOWN = 8
SIMILAR = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    homes = Listing.objects.for_sale()
    reduced = Listing.objects.filter(status=Status.ACTIVE, reduced_at__isnull=False)
    context = {
        "newest": _cards(homes.order_by("-listed_at", "-id")[:SHOWN]),
        "reduced": _cards(reduced.order_by("-reduced_at", "-id")[:SHOWN]),
    }
    return render(request, "listings/home.html", context)


@require_safe
def listing_page(request: HttpRequest, listing_id: int, slug: str = "") -> HttpResponse:
    """Show one home; its number finds it, and another slug than its own is put right."""
    listing = get_object_or_404(Listing.objects.select_related("agent"), pk=listing_id)
    if not _may_see(request, listing):
        raise Http404
    if listing.status == Status.WITHDRAWN:
        return error_pages.gone(request)
    if slug != listing.slug:
        return redirect(listing, permanent=True)
    return render(request, "listings/listing.html", _describe(request, listing))


def _may_see(request: HttpRequest, listing: Listing) -> bool:
    # An unpublished home is for who edits it and for staff; to others it does not exist.
    is_theirs = may_edit(request.user, listing.agent) or request.user.is_staff
    return listing.status != Status.DRAFT or is_theirs


def _describe(request: HttpRequest, listing: Listing) -> dict[str, Any]:
    row = {name: getattr(listing, name) for name in COLUMNS}
    changes = [
        {
            "on": change.changed_at,
            "old": dollars(change.old_price),
            "new": dollars(change.new_price),
        }
        for change in listing.price_changes.all()
    ]
    return {
        "listing": listing,
        "may_edit": may_edit(request.user, listing.agent),
        "price": dollars(listing.price),
        "previous_price": dollars(listing.previous_price) if listing.previous_price else "",
        "facts": facts(row),
        "art": art(row),
        "price_changes": changes,
        "similar": _cards(_similar(listing)),
    }


def _similar(listing: Listing) -> ListingQuerySet:
    near = Listing.objects.for_sale().filter(neighbourhood=listing.neighbourhood)
    closest_price = Abs(F("price") - listing.price)
    return near.exclude(pk=listing.pk).order_by(closest_price, "id")[:SIMILAR]


def _cards(homes: ListingQuerySet) -> list[Card]:
    return [as_card(row) for row in homes.values(*COLUMNS)]
