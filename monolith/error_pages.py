"""The pages that say what went wrong, in the site's own dress.

`urls` names these as Django's handlers; their templates live under `site/errors/`. Programs are
answered in JSON, with the one word that the REST framework uses, too.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults

Handler = Callable[..., HttpResponse]


def _handler(page: Handler, status: int, detail: str) -> Handler:
    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": detail}, status=status)
        return page(request, *args, template_name=f"site/errors/{status}.html", **kwargs)

    return handle


bad_request = _handler(defaults.bad_request, 400, "Bad request.")
permission_denied = _handler(defaults.permission_denied, 403, "Permission denied.")
not_found = _handler(defaults.page_not_found, 404, "Not found.")
server_error = _handler(defaults.server_error, 500, "It was our mistake. Try again later.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    context = {"explanation": "The form was too old, or cookies are switched off."}
    return render(request, "site/errors/403.html", context, status=403)


def gone(request: HttpRequest) -> HttpResponse:
    """Answer 410: the home was here, and its owner took it off the market."""
    return render(request, "site/errors/410.html", status=410)


def away(request: HttpRequest) -> HttpResponse:
    """Answer 503: only a service can answer this, and it is away for a moment."""
    response = render(request, "site/errors/503.html", status=503)
    response["Retry-After"] = "60"
    return response


def too_large(request: HttpRequest, max_bytes: int) -> HttpResponse:
    context = {"max_megabytes": max_bytes // 1_000_000}
    return render(request, "site/errors/413.html", context, status=413)
