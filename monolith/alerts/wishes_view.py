"""`POST /internal/alerts/wishes`: what people told a service that they want, or do not, enters.

    {"wishes": [{"account_id": 7, "kind": "price", "is_wanted": false}, …]}
    {"outcomes": ["done", …]}                  in the same order; or "unknown"

A wish of the kind `match` may name the one search that somebody ended, by its `saved_search_id`.
So that whoever said no to a service's mail is not written to from here either, whichever side
sends by then. For consumers with a token; the gateway answers 404 below `/internal/`.
"""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cdc.personal.views import reader_of, refusal
from monolith.alerts import services
from monolith.alerts.models import Kind
from monolith.alerts.posted import MOST, NoSuchList, entries, number


@never_cache
@csrf_exempt
@require_POST
def wishes(request: HttpRequest) -> JsonResponse:
    """Answer 200 with the outcomes, 401 to strangers, 400 to what is no list of wishes."""
    if not reader_of(request):
        return refusal()
    try:
        told = entries(request, "wishes", _wish)
    except NoSuchList:
        words = f"Send JSON with at most {MOST} wishes: account_id, kind and is_wanted of each."
        return JsonResponse({"error": words}, status=400)
    return JsonResponse(
        {"outcomes": ["done" if services.wish(*one) else "unknown" for one in told]}
    )


def _wish(told: dict[str, Any]) -> tuple[int, str, bool, int]:
    account_id, kind, is_wanted = number(told["account_id"]), told["kind"], told["is_wanted"]
    search_id = number(told.get("saved_search_id", 0), least=0)
    if type(is_wanted) is not bool:
        raise ValueError("neither yes nor no")
    if search_id and (is_wanted or kind != Kind.MATCH):
        raise ValueError("nothing that ends a search")
    return account_id, Kind(kind), is_wanted, search_id
