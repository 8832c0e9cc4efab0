"""`POST /internal/alerts/wishes`: what people told a service that they want, or do not, enters.

    {"wishes": [{"account_id": 7, "kind": "price", "is_wanted": false}, …]}
    {"outcomes": ["done", …]}                  in the same order; or "unknown"

A wish of the kind `match` may name the one search that somebody ended, by its `saved_search_id`.
So that whoever said no to a service's mail is not written to from here either, whichever side
sends by then. For consumers with a token; the gateway answers 404 below `/internal/`.
"""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cdc.personal.views import reader_of, refusal
from monolith.alerts import services
from monolith.alerts.models import Kind

MOST = 1000
_LARGEST_ID = 2**63 - 1


@never_cache
@csrf_exempt
@require_POST
def wishes(request: HttpRequest) -> JsonResponse:
    """Answer 200 with the outcomes, 401 to strangers, 400 to what is no list of wishes."""
    if not reader_of(request):
        return refusal()
    try:
        told = read(request.body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        words = f"Send JSON with at most {MOST} wishes: account_id, kind and is_wanted of each."
        return JsonResponse({"error": words}, status=400)
    return JsonResponse(
        {"outcomes": ["done" if services.wish(*one) else "unknown" for one in told]}
    )


def read(body: bytes) -> list[tuple[int, str, bool, int]]:
    """Return the wishes that a request names; raises ``ValueError`` and its like."""
    told = json.loads(body)["wishes"]
    if not isinstance(told, list) or len(told) > MOST:
        raise ValueError("no list, or too long a one")
    return [_wish(each) for each in told]


def _wish(told: dict[str, Any]) -> tuple[int, str, bool, int]:
    account_id, kind, is_wanted = told["account_id"], told["kind"], told["is_wanted"]
    search_id = told.get("saved_search_id", 0)
    if type(account_id) is not int or not 0 < account_id <= _LARGEST_ID:
        raise ValueError("no number of an account")
    if type(is_wanted) is not bool:
        raise ValueError("neither yes nor no")
    if type(search_id) is not int or not 0 <= search_id <= _LARGEST_ID:
        raise ValueError("no number of a search")
    if search_id and (is_wanted or kind != Kind.MATCH):
        raise ValueError("nothing that ends a search")
    return account_id, Kind(kind), is_wanted, search_id
