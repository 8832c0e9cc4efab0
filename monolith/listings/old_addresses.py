"""Addresses that the site had in earlier years: they lead to the same homes for good."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from monolith import error_pages
from monolith.listings.models import Listing, Status


@require_safe
def numbered(request: HttpRequest, listing_id: int) -> HttpResponse:
    listing = get_object_or_404(Listing.objects.exclude(status=Status.DRAFT), pk=listing_id)
    if listing.status == Status.WITHDRAWN:
        return error_pages.gone(request)
    return redirect(listing, permanent=True)


@require_safe
def php(request: HttpRequest) -> HttpResponse:
    try:
        listing_id = int(request.GET.get("id", ""))
    except ValueError:
        raise Http404 from None
    return numbered(request, listing_id)
