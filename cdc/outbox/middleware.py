"""Where the line begins: a web request gives its id to every event that it causes.

Enters: `X-Request-ID` and `traceparent` (W3C Trace Context) as the gateway set them.
Leaves: `cdc.outbox.context.current`, read by `publish`; it tells who asked for what, too.
"""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from cdc.outbox.context import Correlation, current

# A client may send anything; only what fits the columns and the logs is taken over.
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class CorrelationMiddleware:
    """Set the correlation for the time of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = request.headers.get("X-Request-ID", "")
        traceparent = request.headers.get("traceparent", "")
        token = current.set(
            Correlation(
                correlation_id=request_id
                if _REQUEST_ID.fullmatch(request_id)
                else str(uuid.uuid4()),
                traceparent=traceparent if _TRACEPARENT.fullmatch(traceparent) else "",
                actor=lambda: _actor(request),
                reason=lambda: _reason(request),
            )
        )
        try:
            return self.get_response(request)
        finally:
            current.reset(token)


def _actor(request: HttpRequest) -> str:
    # Authentication comes later in the chain, and a site may have none.
    user = getattr(request, "user", None)
    return f"account:{user.pk}" if user is not None and user.is_authenticated else "visitor"


def _reason(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"{request.method} {match.view_name if match else request.path}"
