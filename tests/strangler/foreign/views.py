"""A stranger's site: a shop with a basket, log-in, photos and a log that grows."""

import hashlib
import threading
from collections.abc import Iterator
from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseGone,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

WHOLE = bytes(range(256)) * 20_000
_released = threading.Event()


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")


@require_POST
def basket(request: HttpRequest) -> HttpResponse:
    item = request.POST["item"]
    request.session["basket"] = [*request.session.get("basket", []), item]
    messages.success(request, f'Added "{item}"; thanks, come again')
    return redirect(request.build_absolute_uri("/"))


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"Hello {request.user.get_username()}")


@csrf_exempt
def photo(request: HttpRequest) -> HttpResponse:
    file = request.FILES["photo"]
    assert isinstance(file, UploadedFile)
    digest = hashlib.sha256(b"".join(file.chunks())).hexdigest()
    return JsonResponse({"name": file.name, "size": file.size, "digest": digest}, status=201)


def cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("|".join(f"{name}={value}" for name, value in request.COOKIES.items()))
    response.set_cookie("plain", "1")
    response.set_cookie("strict", "a b;c", httponly=True, samesite="Strict", max_age=60)
    response.set_cookie("deep", "2", path="/log/")
    response.delete_cookie("old")
    return response


def log(request: HttpRequest) -> HttpResponseBase:
    """Say one line, and the other when somebody has asked for it."""
    _released.clear()

    def lines() -> Iterator[bytes]:
        yield b"data: first\n\n"
        assert _released.wait(10)
        yield b"data: second\n\n"

    return StreamingHttpResponse(lines(), content_type="text/event-stream")


def release(request: HttpRequest) -> HttpResponse:
    _released.set()
    return HttpResponse(status=204)


def whole(request: HttpRequest) -> HttpResponseBase:
    return FileResponse(BytesIO(WHOLE), as_attachment=True, filename="Übersicht.bin")


def street(request: HttpRequest, name: str) -> HttpResponse:
    told = {"name": name, "query": request.GET.getlist("q"), "path": request.get_full_path()}
    return JsonResponse({**told, "here": request.build_absolute_uri()})


def old(request: HttpRequest) -> HttpResponse:
    return redirect("street", "Große Gasse", permanent=True)


def gone(request: HttpRequest) -> HttpResponse:
    return HttpResponseGone("gone for good")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")
