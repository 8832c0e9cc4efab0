"""`/internal/person-keys/<person>`: the endpoint that entitled consumers ask.

Enters: a person's id and a consumer's token. Leaves: the key as base64url, or 410 when it was
destroyed. Not for the world: the gateway answers 404 below `/internal/`.
"""

import hmac
from base64 import urlsafe_b64encode

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cdc.contracts.sealed import PersonErased
from cdc.personal.keyring import raw_key


@never_cache
@require_safe
def person_key(request: HttpRequest, person: str) -> JsonResponse:
    """Answer 200 with the key, 401 to strangers, 404 and 410 where there is none or no more."""
    if not reader_of(request):
        return refusal()
    try:
        found = raw_key(person)
    except PersonErased as error:
        return JsonResponse({"error": str(error)}, status=410)
    if found is None:
        return JsonResponse({"error": f"Person {person} has no key."}, status=404)
    return JsonResponse({"key": urlsafe_b64encode(found).decode()})


def reader_of(request: HttpRequest) -> str:
    """Return the name of the consumer that asks, by its token, or nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        return ""
    given, readers = token.encode(), settings.PERSONAL_READERS.items()
    return next((who for who, own in readers if hmac.compare_digest(own.encode(), given)), "")


def refusal() -> JsonResponse:
    """Return what a stranger is told."""
    answer = JsonResponse({"error": "Only consumers with a token may ask."}, status=401)
    answer["WWW-Authenticate"] = "Bearer"
    return answer
