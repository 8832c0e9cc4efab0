"""The agent's side: what is asked for leaves, soonest first; each decision enters a service."""

from collections.abc import Callable
from functools import partial
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from monolith.accounts.models import User
from monolith.accounts.permissions import agent_required, editable_by
from monolith.errors import ViewingError
from monolith.viewings import services
from monolith.viewings.models import OPEN, Viewing

PAGE_SIZE = 25
DECISIONS: dict[str, Callable[[int], Viewing]] = {
    "confirm": services.confirm,
    "decline": services.decline,
    "cancel": partial(services.cancel, by_agent=True),
    "done": services.finish,
}


@never_cache
@require_safe
@agent_required
def viewings(request: HttpRequest) -> HttpResponse:
    theirs = Viewing.objects.filter(editable_by(cast(User, request.user))).with_homes()
    shows_closed = request.GET.get("show") == "closed"
    if shows_closed:
        found = theirs.exclude(status__in=OPEN).order_by("-starts_at", "-id")
    else:
        found = theirs.filter(status__in=OPEN).order_by("starts_at", "id")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "shows_closed": shows_closed, "now": timezone.now()}
    return render(request, "viewings/viewings.html", context)


@require_POST
@agent_required
def decide(request: HttpRequest, viewing_id: int, decision: str) -> HttpResponse:
    if decision not in DECISIONS:
        raise Http404
    user = cast(User, request.user)
    viewing = get_object_or_404(Viewing.objects.filter(editable_by(user)), pk=viewing_id)
    try:
        status = DECISIONS[decision](viewing.pk).get_status_display().lower()
        messages.success(request, f"The viewing of {viewing.time_in_words} is now {status}.")
    except ViewingError as error:
        messages.error(request, str(error))
    return redirect("viewings:viewings")
