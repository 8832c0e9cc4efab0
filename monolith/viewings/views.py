"""The visitor's side: a free hour enters a service; one's own list and calendar files leave."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monolith.accounts.models import User
from monolith.accounts.permissions import editable_by
from monolith.errors import EnquiryError, HomeNotForSale, ViewingError
from monolith.listings.models import FOR_SALE, Listing
from monolith.mail_limit import may_send, show
from monolith.viewings import calendar, services
from monolith.viewings.forms import BookingForm
from monolith.viewings.models import Status, Viewing

PAGE_SIZE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def book(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Offer the hours that the home's agent has left, and take the chosen one."""
    listing = get_object_or_404(Listing.objects.listed(), pk=listing_id)
    if listing.status not in FOR_SALE:
        messages.error(request, str(HomeNotForSale()))
        return redirect(listing)
    free = services.free_hours(listing.agent_id, timezone.now())
    form = BookingForm(request.POST if request.method == "POST" else None, free)
    if form.is_valid() and _book(request, form, listing):
        messages.success(request, "Your viewing is asked for. The agent confirms it by mail.")
        return redirect("viewings:own")
    return show(request, "viewings/book.html", form, listing=listing)


@never_cache
@require_safe
@login_required
def own_viewings(request: HttpRequest) -> HttpResponse:
    viewings = Viewing.objects.filter(account=cast(User, request.user)).with_homes()
    page = Paginator(viewings.order_by("-starts_at", "-id"), PAGE_SIZE)
    context = {"page": page.get_page(request.GET.get("page"))}
    return render(request, "viewings/own_viewings.html", context)


@require_POST
@login_required
def cancel(request: HttpRequest, viewing_id: int) -> HttpResponse:
    viewing = get_object_or_404(Viewing, pk=viewing_id, account=cast(User, request.user))
    try:
        services.cancel(viewing.pk, by_agent=False)
        messages.success(request, "The viewing is cancelled, and the agent is told.")
    except ViewingError as error:
        messages.error(request, str(error))
    return redirect("viewings:own")


@never_cache
@require_safe
@login_required
def calendar_file(request: HttpRequest, viewing_id: int) -> HttpResponse:
    """Give a confirmed viewing to who comes, to who shows the home, and to their agency admin."""
    user = cast(User, request.user)
    concerned = Q(account=user) | editable_by(user)
    theirs = Viewing.objects.filter(concerned, status=Status.CONFIRMED)
    viewing = get_object_or_404(theirs.with_homes(), pk=viewing_id)
    headers = {"Content-Disposition": f'attachment; filename="viewing-{viewing.pk}.ics"'}
    return HttpResponse(calendar.render(viewing), content_type=calendar.TYPE, headers=headers)


def _book(request: HttpRequest, form: BookingForm, listing: Listing) -> bool:
    account_id = cast(User, request.user).pk
    if not may_send(request, form, "mail"):
        return False
    try:
        services.book(listing.pk, account_id, form.cleaned_data["starts_at"])
    except (EnquiryError, ViewingError) as error:
        form.add_error(None, str(error))
        return False
    return True
