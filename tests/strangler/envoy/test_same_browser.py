"""One browser before a running gateway: it changes accounts, leaves, and lives through new keys."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx
import jwt
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.models import Group
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import path
from pytest_django import Settings

from strangler.adapter import key_files, keys
from strangler.envoy.clusters import Address
from strangler.envoy.keeper import Keeper

from .wire import Scribe, gateway

pytestmark = [
    pytest.mark.stack,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls(__name__),
    pytest.mark.timeout(90),
]

ROUTES = """
[[route]]
id = "search"
owner = "tests"
note = "Moved for pilots only."
methods = ["GET", "HEAD"]
paths = [{ exact = "/search" }]
service = "search"
flag = "search"
start = { stage = "canary", percent = 0, groups = ["pilot"] }
"""


def enter(request: HttpRequest, name: str) -> HttpResponse:
    user = get_user_model().objects.get(username=name)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return HttpResponse("in")


def leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponse("out")


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("monolith")


urlpatterns = [path("in/<str:name>", enter), path("out", leave), path("search", page)]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def serve(server: WSGIServer) -> None:
    server.serve_forever(0.02)
    # This thread's own.
    connections.close_all()


class Line:
    """The site with its keys, the gateway before it, and the service beside it."""

    def __init__(self, server: WSGIServer, keeper: Keeper, files: tuple[Path, Path]) -> None:
        self.server = server
        self.keeper = keeper
        self.files = files

    def restart_site(self) -> None:
        """Let the site read its keys anew."""
        self.server.set_app(WSGIHandler())

    def browser(self) -> httpx.Client:
        # A connection that is kept stays with the gateway's predecessor until that has ended.
        closing = {"connection": "close"}
        return httpx.Client(
            base_url=f"http://{self.keeper.config.listen}", headers=closing, timeout=10
        )


@pytest.fixture
def line(tmp_path: Path, settings: Settings) -> Iterator[Line]:
    files = tmp_path / "private.pem", tmp_path / "public.pem"
    key_files.create_pair(*files)
    settings.IDENTITY_PRIVATE_KEY_FILE, settings.IDENTITY_PUBLIC_KEY_FILE = map(str, files)
    settings.FRESHNESS_MODELS = {}
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.SESSION_COOKIE_SECURE = False
    settings.MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "strangler.adapter.middleware.AdapterMiddleware",
    ]
    pilots, _ = Group.objects.get_or_create(name="pilot")
    for name in ("anna", "bob"):
        user: Any = get_user_model().objects.create(username=name, email=f"{name}@example.com")
        if name == "anna":
            user.groups.add(pilots)
    (tmp_path / "routes.toml").write_text(ROUTES)
    service = Scribe()
    service.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nservice"
    with make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet) as server:
        serving = threading.Thread(target=serve, args=(server,))
        serving.start()
        site = Address("127.0.0.1", server.server_port)
        moved = {
            "places": {"monolith": (site,), "search": (service.address,)},
            "routes_file": tmp_path / "routes.toml",
            "public_key_file": str(files[1]),
        }
        with gateway(tmp_path / "envoy", site, **moved) as keeper:
            yield Line(server, keeper, files)
        server.shutdown()
        serving.join()
    service.close()


def asks(browser: httpx.Client) -> str:
    """Return who answers."""
    answer = browser.get("/search")
    assert answer.status_code == 200
    return answer.text


def signer(browser: httpx.Client) -> str:
    """Return the id of the key that signed the browser's identity."""
    return str(jwt.get_unverified_header(browser.cookies["banyan_id"])["kid"])


def test_whoever_uses_the_browser_is_answered_as_they_are(line: Line) -> None:
    with line.browser() as browser:
        assert asks(browser) == "monolith"
        for name, side in (("anna", "service"), ("bob", "monolith"), ("anna", "service")):
            browser.get(f"/in/{name}")
            assert asks(browser) == side
        browser.get("/out")
        assert asks(browser) == "monolith"


def test_an_identity_that_is_over_is_renewed_while_its_bearer_reads_on(line: Line) -> None:
    with line.browser() as browser:
        browser.get("/in/anna")
        key = keys.private_key(str(line.files[0]))
        told = jwt.decode(browser.cookies["banyan_id"], options={"verify_signature": False})
        over = {**told, "iat": told["iat"] - 7200, "exp": told["exp"] - 7200}
        token = jwt.encode(over, key.key, "ES256", headers={"kid": key.public.id})
        browser.cookies.set("banyan_id", token, domain=line.keeper.config.listen.host, path="/")
        assert asks(browser) == "monolith"
        assert browser.cookies["banyan_id"] != token
        assert asks(browser) == "service"


def test_a_key_takes_anothers_place_and_nobody_notices(line: Line) -> None:
    with line.browser() as early, line.browser() as late:
        early.get("/in/anna")
        old = keys.private_key(str(line.files[0])).public.id
        key_files.announce(*line.files)
        line.keeper.renew()
        assert (asks(early), signer(early)) == ("service", old)

        key_files.switch(*line.files)
        line.restart_site()
        late.get("/in/anna")
        # Two keys live: cookies of both are good.
        assert signer(late) != old
        assert (asks(early), signer(early)) == (asks(late), old) == ("service", old)

        key_files.retire(*line.files, old)
        line.keeper.renew()
        line.restart_site()
        assert asks(late) == "service"
        # What the old one signed is nobody's now: the site answers, and says anew who it is.
        assert asks(early) == "monolith"
        assert signer(early) == signer(late)
        assert asks(early) == "service"
