"""One's own page of notifications, the feed, and the link in our letters that ends them.

Enters: choices, or a signed link. Leaves: pages; `choices` writes. The link asks for one click
more, as mail scanners follow links, and takes the one-click post of mail programs (RFC 8058),
which come without cookies: the token is what allows it.
"""

from functools import cache
from pathlib import Path

from django.db import DatabaseError
from django.db.models import F, QuerySet
from django.db.models.lookups import IsNull
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consumers.notifications.bounces.models import Suppression
from consumers.notifications.channels import PERSONAL
from consumers.notifications.ledger.models import SWITCHABLE, FeedItem, Kind
from consumers.notifications.models import Person
from consumers.notifications.pacing import pace
from consumers.notifications.sending import links
from consumers.notifications.sending.links import LinkNotValid
from consumers.notifications.sending.settling import points
from consumers.notifications.site import choices
from consumers.notifications.site.viewer import account_of
from consumers.runtime.settings import setting
from consumers.runtime.web.holds import Holds

_SHOWN = 20
_SCRIPT = Path(__file__).with_name("scripts") / "unread.js"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: HttpRequest) -> HttpResponse:
    account_id = account_of(request)
    if account_id is None:
        return redirect(f"/accounts/login/?next={links.PREFERENCES}")
    if request.method == "POST":
        choices.choose(account_id, request.POST.getlist("wanted"))
        return redirect(links.PREFERENCES)
    wanted = choices.chosen(account_id)
    rows = [(kind, [_box(kind, channel, wanted) for channel in PERSONAL]) for kind in SWITCHABLE]
    items = _items(account_id)
    shown = list(items[:_SHOWN])
    context = {
        "rows": rows,
        "items": shown,
        "unread": items.filter(read_at=None).count(),
        "suppressions": Suppression.objects.filter(account_id=account_id).order_by("-since"),
    }
    with timezone.override(pace.zone_of(account_id)):
        answer = render(request, "notifications/own_page.html", context)
    if request.method == "GET":
        seen = [item.pk for item in shown]
        items.filter(pk__in=seen, read_at=None).update(read_at=timezone.now())
    return answer


@never_cache
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Tell what is new, for a page that asks now and then."""
    account_id = account_of(request)
    if account_id is None:
        return JsonResponse({"detail": "Log in first."}, status=401)
    items = _items(account_id)
    told = [
        {"subject": item.subject, "path": item.path, "is_read": item.read_at is not None}
        for item in items[:_SHOWN]
    ]
    return JsonResponse({"unread": items.filter(read_at=None).count(), "items": told})


@require_safe
def unread_script(request: HttpRequest) -> HttpResponse:
    """Give the script by which every page's header asks the feed now and then."""
    answer = HttpResponse(_SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
    patch_cache_control(answer, public=True, max_age=3600)
    return answer


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on get, act on post; the answer is a page in both cases, never a redirect."""
    is_done = request.method == "POST"
    try:
        subscription = links.read(token)
    except LinkNotValid:
        return render(request, "notifications/link_not_valid.html", status=400)
    if is_done:
        choices.unsubscribe(subscription)
    what = "" if subscription.saved_search_id else Kind(subscription.kind).label
    context = {"what": what, "is_done": is_done}
    return render(request, "notifications/unsubscribe.html", context)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Tell whether the database answers, and, once that is known, how late the news are."""
    try:
        Person.objects.exists()
    except DatabaseError as error:
        return JsonResponse({"ready": False, "reason": str(error)}, status=503)
    lag = _news().lag_seconds()
    return JsonResponse({"ready": True} if lag is None else {"ready": True, "lag_seconds": lag})


@cache
def _news() -> Holds:
    return Holds(points(setting("NOTIFICATIONS").ends))


def _items(account_id: int) -> QuerySet[FeedItem]:
    """Return what is unread, and then the rest: else old news would never be seen."""
    is_read = IsNull(F("read_at"), False)
    return FeedItem.objects.filter(account_id=account_id).order_by(is_read, "-made_at")


def _box(kind: Kind, channel: str, wanted: set[str]) -> dict[str, object]:
    value = f"{kind}:{channel}"
    return {"value": value, "label": PERSONAL[channel], "is_checked": value in wanted}
