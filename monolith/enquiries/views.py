"""The asker's side: a form from a home's page enters a service; one's own list leaves."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from monolith.accounts.models import User
from monolith.enquiries import services
from monolith.enquiries.forms import EnquiryForm
from monolith.enquiries.models import Enquiry
from monolith.errors import HomeNotForSale
from monolith.listings.models import FOR_SALE, Listing
from monolith.mail_limit import may_send, show

PAGE_SIZE = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquire(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Take the form of a home's page, and show it again with what is wrong."""
    listing = get_object_or_404(Listing.objects.listed(), pk=listing_id)
    if listing.status not in FOR_SALE:
        messages.error(request, str(HomeNotForSale()))
        return redirect(listing)
    form = EnquiryForm(request.POST if request.method == "POST" else None, request.user)
    if form.is_valid() and _send(request, form, listing):
        messages.success(request, "Your enquiry is on its way to the agent.")
        return redirect(listing)
    return show(request, "enquiries/enquire.html", form, listing=listing)


@never_cache
@require_safe
@login_required
def own_enquiries(request: HttpRequest) -> HttpResponse:
    sent = Enquiry.objects.filter(account=cast(User, request.user)).order_by("-id")
    told = sent.select_related("listing__agent").defer(
        "listing__description", "listing__search_vector"
    )
    page = Paginator(told.prefetch_related("replies"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "enquiries/own_enquiries.html", {"page": page})


def _send(request: HttpRequest, form: EnquiryForm, listing: Listing) -> bool:
    """Return whether the asker is told that it was sent; a program is told so, too."""
    if form.is_by_a_program:
        return True
    if not may_send(request, form, "mail"):
        return False
    try:
        services.send(listing.pk, account_id=request.user.pk, **form.cleaned_data)
    except HomeNotForSale as error:
        form.add_error(None, str(error))
        return False
    return True
