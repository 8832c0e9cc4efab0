"""Say which side answered, on every response: `X-Served-By`."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from consumers.runtime.settings import setting


class ServedByMiddleware:
    """Set the header from ``SERVED_BY``; goes first, so that refusals carry it too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers["X-Served-By"] = setting("SERVED_BY")
        return response
