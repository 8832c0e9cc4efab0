"""The pages that say what went wrong, in the site's own dress and nearly its words.

`urls` names these as Django's handlers, the settings the one for forms.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, "Bad request", "That address or form could not be understood.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    words = "The form was too old, or cookies are switched off. Go back, reload, and send it again."
    return _page(request, 403, "Not allowed", words)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, "Not found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    words = "It was our mistake, and it has been noted. Please try again in a moment."
    return _page(request, 500, "Something broke", words)


def _page(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    context = {"title": title, "words": words}
    return render(request, "notifications/error.html", context, status=status)
