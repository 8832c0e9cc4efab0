"""Requests that are larger than any form of ours end here, before anything reads them.

Enters: every request. Leaves: the same one, or a page that says what is too large. Django limits
fields and their number, but not what uploaded files take on the disk.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from monolith import error_pages

MAX_BYTES = 60_000_000
# What a browser sends beyond the limit is read and thrown away up to here: one that is still
# sending would take an early answer for a broken connection.
HEARD_OUT = 4 * MAX_BYTES
_PIECE = 1 << 20


class BodyLimitMiddleware:
    """Stand in front of the CSRF check, which is the first to read a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        length = _length(request)
        if length <= MAX_BYTES:
            return None
        if length <= HEARD_OUT:
            while request.read(_PIECE):
                pass
        return error_pages.too_large(request, MAX_BYTES)


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0
