"""A small site's URLs and views, to be read and never called."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path, re_path
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import TemplateView


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


def looks(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        messages.success(request, "kept")
    return HttpResponse(request.FILES.get("photo"))


def streams(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse([b"x"]) if request.GET else FileResponse(open("x", "rb"))


def forgives(request: HttpRequest) -> HttpResponse:
    try:
        return HttpResponse("x")
    except ValidationError as error:
        return HttpResponse(error.messages)


@never_cache
@require_http_methods(["GET", "PUT"])
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


@require_POST
def posted(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


class Listed(TemplateView):
    """Reads only."""


class Kept(View):
    """Reads and removes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("x")

    def delete(self, request: HttpRequest) -> HttpResponse:
        request.session.flush()
        return HttpResponse("x")


inner = [
    path("<int:pk>/", plain, name="home"),
    path("<int:pk>/edit", looks, name="edit"),
    path("<uuid:key>/<slug:word>", posted),
]
urlpatterns = [
    path("", plain),
    path("homes/", include((inner, "homes"))),
    path("listed", Listed.as_view()),
    path("kept", Kept.as_view()),
    path("guarded", guarded),
    path("streams", streams),
    path("forgives", forgives),
    re_path(r"^old/(?P<year>\d{4})/(?P<rest>.*)$", plain),
    re_path(r"^price\$", plain),
    re_path(r"^(?:feed|news)/(?P<kind>rss|atom)$", plain),
    re_path(r"^odd/(?=even)(?P<rest>\w+)-(?P=rest)$", plain),
]
