"""The middleware as a browser meets it: a cookie when due, and never a broken page."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from strangler.adapter import freshness, identity, key_files, keys
from strangler.adapter.middleware import AdapterMiddleware
from strangler.adapter.settings import Config

View = Callable[[HttpRequest], HttpResponseBase]


@pytest.fixture(autouse=True)
def own_key(key: keys.PrivateKey, settings: Settings, tmp_path: Path) -> None:
    key_files.create_pair(tmp_path / "private.pem", tmp_path / "public.pem")
    settings.IDENTITY_PRIVATE_KEY_FILE = tmp_path / "private.pem"
    settings.IDENTITY_PUBLIC_KEY_FILE = str(tmp_path / "public.pem")
    settings.FRESHNESS_MODELS = {}


class Browser:
    """Keeps cookies between requests to one view behind sessions, users and the adapter."""

    def __init__(self, view: View, config: Config | None = None) -> None:
        self.view = view
        self.adapter = AdapterMiddleware(lambda request: self.view(request))
        if config is not None:
            self.adapter.config, self.adapter.models = config, list(config.tracked)
        self.site = SessionMiddleware(AuthenticationMiddleware(self.adapter))
        self.factory = RequestFactory()

    def get(self, view: View | None = None, **extra: Any) -> HttpResponseBase:
        self.view = view or self.view
        response = self.site(self.factory.get("/", **extra))
        assert isinstance(response, HttpResponseBase)
        for name, morsel in response.cookies.items():
            self.factory.cookies[name] = morsel.value
            if not morsel.value:
                del self.factory.cookies[name]
        return response

    @property
    def person(self) -> identity.Person:
        token = self.factory.cookies[identity.COOKIE].value
        found = identity.verify(token, self.adapter.config.trusted)
        assert found is not None
        return found.person


def plain(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse("page")


def greeting(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse(f"hello {request.user}")


def log_in(user: Any) -> View:
    def view(request: HttpRequest) -> HttpResponseBase:
        login(request, user, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
        return HttpResponse("in")

    return view


def log_out(request: HttpRequest) -> HttpResponseBase:
    logout(request)
    return HttpResponse("out")


@pytest.fixture
def anna(db: None) -> Any:
    return get_user_model().objects.create(username="anna", first_name="Anna", last_name="Ö")


def test_a_visitor_gets_one_identity_and_keeps_it() -> None:
    browser = Browser(plain)
    cookie = browser.get().cookies[identity.COOKIE]
    assert {name: value for name, value in cookie.items() if value} == {
        "expires": cookie["expires"],
        "httponly": True,
        # Longer than it is valid: who comes back proves by it who they were.
        "max-age": identity.KEPT,
        "path": "/",
        "samesite": "Lax",
    }
    assert browser.person.is_visitor
    assert identity.COOKIE not in browser.get().cookies


def test_an_answer_that_carries_an_identity_stays_out_of_shared_caches() -> None:
    def cached(request: HttpRequest) -> HttpResponseBase:
        return HttpResponse("page", headers={"Cache-Control": "public, max-age=60"})

    browser = Browser(cached)
    first, second = browser.get(), browser.get()
    assert first["Vary"] == "Cookie"
    assert "private" in first["Cache-Control"]
    assert "public" not in first["Cache-Control"]
    assert second["Cache-Control"] == "public, max-age=60"
    assert "Vary" not in second


def test_the_cookie_is_secure_on_a_secure_request() -> None:
    assert Browser(plain).get(secure=True).cookies[identity.COOKIE]["secure"]


def test_log_in_log_out_and_another_account_each_change_the_identity(anna: Any) -> None:
    browser = Browser(plain)
    browser.get()
    visitor = browser.person
    browser.get(log_in(anna))
    assert browser.person.subject == f"u:{anna.pk}"
    assert browser.person.name == "Anna Ö"
    browser.get(log_in(get_user_model().objects.create(username="bob", email="bob@example.com")))
    assert browser.person.name == "bob"
    browser.get(log_out)
    assert browser.person.is_visitor
    assert browser.person != visitor


def test_a_page_without_a_user_costs_no_query(
    anna: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = Browser(plain)
    with django_assert_num_queries(0):
        assert "sessionid" not in browser.get().cookies
    browser.get(log_in(anna))
    with django_assert_num_queries(0):
        assert identity.COOKIE not in browser.get(plain).cookies


def test_a_new_group_a_new_name_and_staff_are_noticed_on_the_next_page(anna: Any) -> None:
    browser = Browser(log_in(anna))
    browser.get()
    anna.groups.add(Group.objects.get_or_create(name="pilot")[0])
    browser.get(greeting)
    assert browser.person.groups == ",pilot,"
    get_user_model().objects.update(is_staff=True, first_name="Hanna")
    browser.get(greeting)
    assert (browser.person.name, browser.person.is_staff) == ("Hanna Ö", True)
    assert identity.COOKIE not in browser.get(greeting).cookies


def test_another_persons_session_is_never_answered_with_the_carried_identity(anna: Any) -> None:
    browser, other = (
        Browser(log_in(anna)),
        Browser(log_in(get_user_model().objects.create(username="bob", email="b@example.com"))),
    )
    browser.get()
    other.get()
    name = django_settings.SESSION_COOKIE_NAME
    browser.factory.cookies[name] = other.factory.cookies[name].value
    browser.get(plain)
    assert browser.person.subject == other.person.subject


def test_a_session_that_has_ended_makes_its_user_a_visitor(anna: Any) -> None:
    browser = Browser(log_in(anna))
    browser.get()
    Session.objects.all().delete()
    browser.get(greeting)
    assert browser.person.is_visitor
    assert identity.COOKIE not in browser.get(greeting).cookies


def test_a_worn_identity_is_renewed_without_a_new_visitor() -> None:
    browser = Browser(plain)
    browser.get()
    person, key = browser.person, browser.adapter.config.key
    for age in (1900, 7 * 24 * 3600):
        old = identity.issue(person, key, int(time.time()) - age)
        browser.factory.cookies[identity.COOKIE] = old
        assert identity.COOKIE in browser.get().cookies
        assert browser.person == person


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 10, "x" * 10_000])
def test_a_bad_cookie_is_replaced(token: str) -> None:
    browser = Browser(plain)
    browser.factory.cookies[identity.COOKIE] = token
    browser.get()
    assert browser.person.is_visitor


def test_head_streams_and_errors_are_served_by_the_monolith_too() -> None:
    for response in (
        HttpResponse(status=500),
        HttpResponse(status=304),
        StreamingHttpResponse(iter([b"a", b"b"])),
    ):
        answer = Browser(lambda request, response=response: response).get()  # type: ignore[misc]
        assert answer is response
        assert answer["X-Served-By"] == "monolith"
        assert identity.COOKIE in answer.cookies


def test_a_page_survives_whatever_goes_wrong_with_its_cookies(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken:
        @property
        def is_authenticated(self) -> bool:
            raise RuntimeError("no such user")

    def view(request: HttpRequest) -> HttpResponseBase:
        request.user = Broken()  # type: ignore[assignment]
        request.session["x"] = 1
        return HttpResponse("page")

    response = AdapterMiddleware(view)(_with_session())
    assert response.status_code == 200
    assert "cookies left out of /" in caplog.text


def _with_session() -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = SessionStore()
    return request


def demands(browser: Browser) -> list[freshness.Demand]:
    """Give what the browser's cookies demand, the latest last."""
    cookies = {name: morsel.value for name, morsel in browser.factory.cookies.items()}
    trusted = browser.adapter.config.trusted
    return list(freshness.carried(cookies, trusted, int(time.time())).values())


def test_each_write_is_demanded_by_a_cookie_of_its_own(note: Any) -> None:
    rows = [note.objects.create(text="a"), note.objects.create(text="b")]
    config = replace(Browser(plain).adapter.config, tracked={note: "note"})
    browser = Browser(plain, config)
    assert not demands(browser)
    for row in rows:
        browser.get(lambda request, row=row: row.save() or HttpResponse())  # type: ignore[misc]
    assert [dict(each.versions) for each in demands(browser)] == [
        {("note", str(row.pk)): 2} for row in rows
    ]


def test_many_writes_are_carried_in_one_cookie(note: Any) -> None:
    row = note.objects.create(text="a")
    config = replace(Browser(plain).adapter.config, tracked={note: "note"})
    browser = Browser(lambda request: row.save() or HttpResponse(), config)
    for _ in range(freshness.MAX_COOKIES + 1):
        browser.get()
    (demand,) = demands(browser)
    assert demand.versions == {("note", str(row.pk)): freshness.MAX_COOKIES + 2}


@pytest.mark.parametrize("content", [None, "not a key"])
def test_a_missing_or_bad_key_stops_the_start_with_one_line(
    settings: Settings, tmp_path: Path, content: str | None
) -> None:
    settings.IDENTITY_PRIVATE_KEY_FILE = tmp_path / "other.pem"
    if content:
        (tmp_path / "other.pem").write_text(content)
    with pytest.raises(ImproperlyConfigured, match="cannot be signed: .*other.pem") as error:
        AdapterMiddleware(plain)
    assert "\n" not in str(error.value)
