"""Answers by which a service hands a request back to the monolith."""

from django.http import HttpRequest, HttpResponse

from consumers.runtime.settings import setting


def too_early(reason: str) -> HttpResponse:
    """Answer 425: the gateway then asks the monolith in the same request."""
    return HttpResponse(
        f"{reason}\n",
        status=425,
        content_type="text/plain; charset=utf-8",
        headers={"X-Banyan-Reason": reason, "Cache-Control": "no-store"},
    )


def is_probe(request: HttpRequest) -> bool:
    """Tell whether a machine asks about the service itself, on behalf of nobody."""
    return request.path_info.startswith(tuple(setting("PROBE_PATHS")))
