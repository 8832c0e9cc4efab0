"""`POST /internal/alerts/handback`: a service's unsent mails enter, what became of each leaves.

    {"mails": [{"event_id": "…", "account_id": 7, "kind": "price"}, …]}
    {"outcomes": ["taken", …]}                 in the same order

For consumers with a token, as persons' keys are; the gateway answers 404 below `/internal/`.
Asked again with the same mails it sends none of them twice.
"""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cdc.personal.views import reader_of, refusal
from monolith.alerts.handback import Mail, take_back

MOST = 1000
_LARGEST_ID = 2**63 - 1


@never_cache
@csrf_exempt
@require_POST
def handback(request: HttpRequest) -> JsonResponse:
    """Answer 200 with the outcomes, 401 to strangers, 400 to what is no list of mails."""
    if not reader_of(request):
        return refusal()
    try:
        mails = read(request.body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        words = f"Send JSON with at most {MOST} mails: event_id, account_id and kind of each."
        return JsonResponse({"error": words}, status=400)
    return JsonResponse({"outcomes": take_back(mails)})


def read(body: bytes) -> list[Mail]:
    """Return the mails that a request names; raises ``ValueError`` and its like."""
    told = json.loads(body)["mails"]
    if not isinstance(told, list) or len(told) > MOST:
        raise ValueError("no list, or too long a one")
    return [_mail(each) for each in told]


def _mail(told: dict[str, Any]) -> Mail:
    account_id, kind = told["account_id"], told["kind"]
    if type(account_id) is not int or not 0 < account_id <= _LARGEST_ID:
        raise ValueError("no number of an account")
    if not isinstance(kind, str) or not 0 < len(kind) <= 10 or "\0" in kind:
        raise ValueError("no kind")
    return Mail(UUID(told["event_id"]), account_id, kind)
