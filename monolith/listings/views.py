"""Homes as visitors see them: the start page, and the page of one home."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from monolith import error_pages
from monolith.accounts.permissions import may_edit
from monolith.listings.audience import tell_viewed
from monolith.listings.models import Listing, Status
from monolith.listings.sheet import cards, describe, in_words
from monolith.listings.structured_data import json_ld

SHOWN = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    homes = Listing.objects.for_sale()
    reduced = Listing.objects.filter(status=Status.ACTIVE, reduced_at__isnull=False)
    context = {
        "newest": cards(homes.order_by("-listed_at", "-id")[:SHOWN]),
        "reduced": cards(reduced.order_by("-reduced_at", "-id")[:SHOWN]),
    }
    answer = render(request, "listings/home.html", context)
    answer["Link"] = '</feed.atom>; rel="alternate"; type="application/atom+xml"'
    return answer


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
    address = request.build_absolute_uri(listing.get_absolute_url())
    sheet, is_theirs = describe(listing), may_edit(request.user, listing.agent)
    context = {
        "listing": listing,
        "may_edit": is_theirs,
        "json_ld": json_ld(listing, address, [photo.src for photo in sheet["photos"]]),
        **sheet,
    }
    answer = render(request, "listings/listing.html", context)
    # As a header: the head of every page is the same on all sides of the site.
    answer["Link"] = f'<{address}>; rel="canonical"'
    tell_viewed(request, listing, may_edit=is_theirs)
    return answer


@require_safe
def price_history(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Show every price that the home ever had here."""
    listing = get_object_or_404(Listing.objects.select_related("agent"), pk=listing_id)
    if not _may_see(request, listing):
        raise Http404
    if listing.status == Status.WITHDRAWN:
        return error_pages.gone(request)
    context = {"listing": listing, "price_changes": in_words(listing.price_changes.all())}
    return render(request, "listings/price_history.html", context)


def _may_see(request: HttpRequest, listing: Listing) -> bool:
    # An unpublished home is for who edits it and for staff; to others it does not exist.
    is_theirs = may_edit(request.user, listing.agent) or request.user.is_staff
    return listing.status != Status.DRAFT or is_theirs
