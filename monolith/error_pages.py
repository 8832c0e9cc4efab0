"""The pages that say what went wrong, in the site's own dress.

`urls` names these as Django's handlers; their templates live under `site/errors/`.
"""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

bad_request = partial(defaults.bad_request, template_name="site/errors/400.html")
permission_denied = partial(defaults.permission_denied, template_name="site/errors/403.html")
not_found = partial(defaults.page_not_found, template_name="site/errors/404.html")
server_error = partial(defaults.server_error, template_name="site/errors/500.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    context = {"explanation": "The form was too old, or cookies are switched off."}
    return render(request, "site/errors/403.html", context, status=403)


def gone(request: HttpRequest) -> HttpResponse:
    """Answer 410: the home was here, and its owner took it off the market."""
    return render(request, "site/errors/410.html", status=410)
