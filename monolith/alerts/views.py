"""One's own page of notifications, and the link in our mails that ends them.

Enters: choices, or a signed link. Leaves: pages; the services write. The link asks for one click
more, as mail scanners follow links, and takes the one-click post of mail programs (RFC 8058),
which come without cookies: the token is what allows it.
"""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from monolith.accounts.models import User
from monolith.alerts import links, services
from monolith.alerts.forms import WantedForm
from monolith.alerts.models import Alert, Kind, State
from monolith.errors import LinkNotValid

PAGE_SIZE = 20
SHOWN = ("subject", "sent_at", "change__listing__slug", "change__listing__status")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    posted = request.POST if request.method == "POST" else None
    wanted = set(Kind.values) - services.unwanted(user.pk)
    form = WantedForm(posted, initial={"wanted": sorted(wanted)})
    if form.is_valid():
        services.choose(user.pk, form.cleaned_data["wanted"])
        messages.success(request, "Your choice is saved.")
        return redirect("alerts:notifications")
    sent = Alert.objects.filter(account=user, state=State.SENT).order_by("-id")
    rows = sent.select_related("change__listing").only(*SHOWN)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    status = 400 if form.errors else 200
    return render(request, "alerts/notifications.html", context, status=status)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on get, act on post; the answer is a page in both cases, never a redirect."""
    is_done = request.method == "POST"
    try:
        subscription = links.read(token)
        if is_done:
            services.unsubscribe(subscription)
    except LinkNotValid as error:
        return render(request, "alerts/link_not_valid.html", {"error": error}, status=400)
    what = Kind(subscription.kind).label if subscription.kind else ""
    context = {"what": what, "is_done": is_done}
    return render(request, "alerts/unsubscribe.html", context)
