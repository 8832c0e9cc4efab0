"""The middleware that any Django site installs to be strangled, after authentication.

On the line: first in front of the monolith's views. Enters: a request. Leaves: the same
answer with ``X-Served-By``, and, when they are due, the identity and freshness cookies.
It changes nothing else, and a page never fails because of it.
"""

import logging
import time
from collections.abc import Callable
from functools import reduce

from django.conf import settings as django_settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

from . import freshness, identity, settings, writes
from .freshness import Demand
from .identity import Person

log = logging.getLogger(__name__)

# How often the gateway has asked: above one, a service could not show what the cookies demand.
_ATTEMPTS = "X-Envoy-Attempt-Count"


class AdapterMiddleware:
    """Raises ``ImproperlyConfigured`` when the site starts with a mistake in its settings."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.config = settings.read()
        self.models = list(self.config.tracked)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with writes.recorded(self.models) as written:
            response = self.get_response(request)
        response.headers["X-Served-By"] = "monolith"
        try:
            self._write_cookies(request, response, written)
        except Exception:
            # The page is made already: whatever goes wrong with its cookies, the user
            # gets the page. Without an identity the gateway asks the monolith next time.
            log.exception("cookies left out of %s", request.path)
        return response

    def _write_cookies(
        self, request: HttpRequest, response: HttpResponseBase, written: writes.Writes
    ) -> None:
        now = int(time.time())
        key, capture = self.config.key, self.config.capture
        person = due_person(request, identity_of(request, self.config), now)
        if person is not None:
            put(request, response, identity.COOKIE, identity.issue(person, key, now), identity.KEPT)
        if request.headers.get(_ATTEMPTS, "1") != "1":
            self._renew_demands(request, response, now)
        if written:
            demand = freshness.demanded(written, self.config.tracked, now, capture)
            earlier = freshness.carried(request.COOKIES, self.config.trusted, now)
            if len(earlier) >= freshness.MAX_COOKIES:
                demand = reduce(Demand.merged, [*earlier.values(), demand])
                for name in earlier:
                    response.delete_cookie(name, samesite="Lax")
            value = freshness.issue(demand.bounded(now, capture), key, now)
            put(request, response, freshness.new_name(), value, freshness.LIFETIME)

    def _renew_demands(self, request: HttpRequest, response: HttpResponseBase, now: int) -> None:
        config = self.config
        for name, token in request.COOKIES.items():
            if name.startswith(freshness.PREFIX):
                value = freshness.renewed(token, config.key, config.trusted, now, config.capture)
                if value is not None:
                    put(request, response, name, value, freshness.LIFETIME)


def identity_of(request: HttpRequest, config: settings.Config) -> identity.Identity | None:
    """Return the identity that the request carries, expired or not, if a trusted key signed it."""
    token = request.COOKIES.get(identity.COOKIE)
    return identity.verify(token, config.trusted) if token else None


def due_person(request: HttpRequest, carried: identity.Identity | None, now: int) -> Person | None:
    """Return whom a new cookie must describe; ``None`` while the carried one is right.

    The session is read only when the view has read it anyway, or when the cookie is
    due or belongs to another session: a page without a user costs no query.
    """
    is_due = carried is None or carried.is_worn(now)
    if carried is not None and not is_due and not _session_was_read(request):
        key = request.COOKIES.get(django_settings.SESSION_COOKIE_NAME)
        if carried.person.session == identity.session_mark(key):
            return None
    person = _person_now(request, carried)
    return person if is_due or carried is None or person != carried.person else None


def _person_now(request: HttpRequest, carried: identity.Identity | None) -> Person:
    session = getattr(request, "session", None)
    user = getattr(request, "user", None) if _may_have_user(request) else None
    is_user = user is not None and user.is_authenticated
    # Asked for after the user: reading a session that has ended forgets its key.
    mark = identity.session_mark(getattr(session, "session_key", None))
    if is_user:
        return identity.of_user(user, mark)
    if carried is not None and carried.person.is_visitor:
        return Person(carried.person.subject, session=mark)
    return identity.visitor(mark)


def _may_have_user(request: HttpRequest) -> bool:
    # No session cookie and none begun means nobody; touching the session to find that
    # out would make the answer vary by cookie.
    return _session_was_read(request) or django_settings.SESSION_COOKIE_NAME in request.COOKIES


def _session_was_read(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    # A site without sessions knows its users in some other way: ask each time.
    return session is None or session.accessed


def put(request: HttpRequest, response: HttpResponseBase, name: str, value: str, kept: int) -> None:
    """Set a cookie, and keep the answer that carries it out of shared caches."""
    response.set_cookie(
        name, value, max_age=kept, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, private=True)
