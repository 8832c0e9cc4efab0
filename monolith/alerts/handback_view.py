"""`POST /internal/alerts/handback`: a service's unsent mails enter, what became of each leaves.

    {"mails": [{"event_id": "…", "account_id": 7, "kind": "price"}, …]}
    {"outcomes": ["taken", …]}                 in the same order

For consumers with a token, as persons' keys are; the gateway answers 404 below `/internal/`.
Asked again with the same mails it sends none of them twice.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cdc.personal.views import reader_of, refusal
from monolith.alerts.handback import Mail, take_back
from monolith.alerts.posted import MOST, NoSuchList, entries, number


@never_cache
@csrf_exempt
@require_POST
def handback(request: HttpRequest) -> JsonResponse:
    """Answer 200 with the outcomes, 401 to strangers, 400 to what is no list of mails."""
    if not reader_of(request):
        return refusal()
    try:
        mails = entries(request, "mails", _mail)
    except NoSuchList:
        words = f"Send JSON with at most {MOST} mails: event_id, account_id and kind of each."
        return JsonResponse({"error": words}, status=400)
    return JsonResponse({"outcomes": take_back(mails)})


def _mail(told: dict[str, Any]) -> Mail:
    account_id, kind = number(told["account_id"]), told["kind"]
    if not isinstance(kind, str) or not 0 < len(kind) <= 10 or "\0" in kind:
        raise ValueError("no kind")
    return Mail(UUID(told["event_id"]), account_id, kind)
