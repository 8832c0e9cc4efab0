"""Who asks: the monolith's signed identity cookie, read on the service's HTTP side.

Enters: the cookie `banyan_id`. Leaves: `request.identity`, or 425, upon which the gateway
asks the monolith, which knows the person and renews the cookie.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse

from consumers.runtime.settings import setting
from consumers.runtime.web.answers import is_probe, too_early
from consumers.runtime.web.tokens import InvalidToken, trusted_keys, verified_claims

COOKIE = "banyan_id"


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the monolith knows them, or a visitor."""

    sub: str = ""
    bucket: int = 0
    name: str = ""
    is_staff: bool = False
    groups: frozenset[str] = frozenset()
    # Names the session in which the monolith wrote this; "" for none.
    session_mark: str = ""

    @property
    def is_authenticated(self) -> bool:
        return self.sub.startswith("u:")


ANONYMOUS = Identity()


def identity_from(token: str, key_file: str) -> Identity:
    """Read a cookie's value. Raises ``InvalidToken``."""
    claims = verified_claims(token, key_file)
    return Identity(
        sub=str(claims.get("sub", "")),
        bucket=int(claims.get("bucket", 0)),
        name=str(claims.get("name", "")),
        is_staff=claims.get("staff") is True,
        groups=frozenset(group for group in str(claims.get("groups", "")).split(",") if group),
        session_mark=str(claims.get("session", "")),
    )


def identity_of(cookies: Mapping[str, str], key_file: str, session_cookie: str) -> Identity | None:
    """Give who asks, or None when only the monolith can tell."""
    try:
        identity = identity_from(cookies.get(COOKIE, ""), key_file)
    except InvalidToken:
        identity = ANONYMOUS
    # The identity was written in another session, or there is a session and no readable
    # identity: the two disagree, and the monolith's session decides.
    return identity if identity.session_mark == mark_of(cookies.get(session_cookie)) else None


def mark_of(session_key: str | None) -> str:
    """Give the mark by which the monolith names a session key inside an identity."""
    return sha256(session_key.encode()).hexdigest()[:8] if session_key else ""


class IdentityMiddleware:
    """Set ``request.identity``, or answer 425."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        # A process that could trust nobody should not start.
        trusted_keys(setting("IDENTITY_PUBLIC_KEY_FILE"))
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identity: Identity | None = ANONYMOUS
        if not is_probe(request):
            identity = identity_of(
                request.COOKIES, setting("IDENTITY_PUBLIC_KEY_FILE"), setting("SESSION_COOKIE_NAME")
            )
        if identity is None:
            return too_early("identity")
        carrier: Any = request
        carrier.identity = identity
        return self._get_response(request)
