"""A Django site that knows nothing of a gateway: `python -m stack.serve HOST:PORT` serves it.

One view for each thing that a proxy is known to spoil.
"""

import hashlib
import re
from collections.abc import Iterator

from django.conf import settings

if not settings.configured:
    settings.configure(
        SECRET_KEY="x" * 50,
        ALLOWED_HOSTS=["homes.example", "127.0.0.1"],
        ROOT_URLCONF=__name__,
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
        INSTALLED_APPS=["django.contrib.messages"],
        MIDDLEWARE=[
            "django.middleware.gzip.GZipMiddleware",
            "django.middleware.http.ConditionalGetMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[],
        DATABASES={},
    )

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.wsgi import get_wsgi_application
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.middleware.csrf import get_token
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

CONTENT = bytes(range(256)) * 20_000
TAG = '"the-only-one"'


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<h1>Homes</h1>\n" * 200)


def counted(request: HttpRequest) -> HttpResponse:
    request.session["count"] = request.session.get("count", 0) + 1
    return HttpResponse(str(request.session["count"]))


def form(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        messages.success(request, 'Kept, "quoted"; and, comma')
        return HttpResponseRedirect(f"/said?{request.POST['text']}")
    return HttpResponse(get_token(request))


def said(request: HttpRequest) -> HttpResponse:
    return HttpResponse(" ".join(str(message) for message in messages.get_messages(request)))


@csrf_exempt
def told(request: HttpRequest) -> HttpResponse:
    """Tell what of the request a site goes by."""
    names = ("CONTENT_TYPE", "HTTP_ACCEPT", "HTTP_COOKIE", "HTTP_ORIGIN", "HTTP_X_ODD")
    return JsonResponse(
        {
            "method": request.method,
            "url": request.build_absolute_uri(),
            "path": request.path,
            "query": request.META["QUERY_STRING"],
            "body": _digest(request.body),
            "length": len(request.body),
            **{name: request.META.get(name) for name in names},
        },
        status=int(request.GET.get("status", 200)),
    )


@csrf_exempt
def upload(request: HttpRequest) -> HttpResponse:
    file = request.FILES["file"]
    assert isinstance(file, UploadedFile)
    digest = _digest(b"".join(file.chunks()))
    return JsonResponse({"name": file.name, "size": file.size, "digest": digest})


def cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("baked")
    for name in ("b", "a", "c"):
        response.set_cookie(name, f'"{name};"', httponly=name == "a", samesite="Lax")
    response.delete_cookie("old")
    return response


def streamed(request: HttpRequest) -> HttpResponseBase:
    def parts() -> Iterator[bytes]:
        for number in range(50):
            yield f"line {number}\n".encode() * 100

    return StreamingHttpResponse(parts(), content_type="text/plain")


def download(request: HttpRequest) -> HttpResponse:
    """Answer with one range of bytes where one is asked for, as servers of files do."""
    part = _asked(request)
    response = HttpResponse(status=200 if part is None else 206 if part else 416)
    if part is None:
        part = range(len(CONTENT))
    elif part:
        response["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{len(CONTENT)}"
    else:
        response["Content-Range"] = f"bytes */{len(CONTENT)}"
    response.content = CONTENT[part.start : part.stop]
    response["Content-Type"] = "application/octet-stream"
    response["Accept-Ranges"], response["ETag"] = "bytes", TAG
    response["Content-Disposition"] = "attachment; filename*=UTF-8''caf%C3%A9.bin"
    return response


def _asked(request: HttpRequest) -> range | None:
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("Range", ""))
    is_same = request.headers.get("If-Range", TAG) == TAG
    if request.method != "GET" or not found or not any(found.groups()) or not is_same:
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, len(CONTENT) - int(last)), len(CONTENT))
    return range(int(first), min(int(last) + 1, len(CONTENT)) if last else len(CONTENT))


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [
    path("", home),
    path("counted", counted),
    path("form", form),
    path("said", said),
    path("told", told),
    path("told/<path:rest>", lambda request, rest: told(request)),
    path("café/", told),
    path("slashed/", home),
    path("upload", upload),
    path("cookies", cookies),
    path("streamed", streamed),
    path("download", download),
    path("empty", empty),
]
application = get_wsgi_application()
