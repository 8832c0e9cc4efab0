"""The admin that staff open: Django's own, which answers what is no number with a 400.

Django takes the ids in an admin's address and in its hidden fields at their word, and fails on
words. Staff see an error page of ours only when the error is ours.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

View = Callable[..., HttpResponseBase]


class Site(AdminSite):
    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(_guarded(view), cacheable)


class SiteConfig(AdminConfig):
    default_site = "monolith.admin_site.Site"


def _guarded(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answered = view(request, *args, **kwargs)
            # Here, because the labels beside ids are looked up while the page is written.
            return answered.render() if isinstance(answered, SimpleTemplateResponse) else answered
        except ValueError as error:
            raise BadRequest("An id is not a number.") from error

    return answer
