"""Where a mail's provider reports: a post enters, and goes to django-anymail's view for it.

Only who knows the secret may report: without one in the settings there is no such page at all.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def reports(request: HttpRequest, provider: str) -> HttpResponseBase:
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    view = resolve(f"/{provider}/tracking/", urlconf="anymail.urls")
    answer: HttpResponseBase = view.func(request, *view.args, **view.kwargs)
    return answer
