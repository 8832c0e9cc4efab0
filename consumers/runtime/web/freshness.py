"""Read your writes: the freshness cookie against the read model, on the HTTP side.

Enters: the cookie `banyan_fresh`, which names the versions a person has written. Leaves:
the request, untouched, or 425 when the read model has not seen them yet.
"""

import time
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol, cast

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from consumers.runtime.settings import setting
from consumers.runtime.web.answers import is_probe, too_early
from consumers.runtime.web.tokens import ExpiredToken, InvalidToken, verified_claims

COOKIE = "banyan_fresh"


class VersionedReadModel(Protocol):
    """What the middleware asks of a read model; named by ``FRESHNESS_READ_MODEL``."""

    def is_behind(self, aggregate: str, key: str, version: int) -> bool:
        """Tell whether ``version`` is still missing; False for aggregates it does not keep."""


class Unreadable(ValueError):
    """The cookie is not one the monolith wrote."""


def must_wait(token: str, key_file: str, read_model: VersionedReadModel, now: float) -> bool:
    """Tell whether the read model is behind what ``token`` names. Raises ``Unreadable``."""
    try:
        claims = verified_claims(token, key_file)
    except ExpiredToken:
        return False
    except InvalidToken as error:
        raise Unreadable(str(error)) from error
    try:
        return float(claims.get("hold") or 0) > now or any(
            read_model.is_behind(aggregate, key, int(version))
            for aggregate, versions in (claims.get("pairs") or {}).items()
            for key, version in versions.items()
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise Unreadable(str(error)) from error


class FreshnessMiddleware:
    """Answer 425 when the person has written something the read model has not seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request.COOKIES.get(COOKIE)
        if token and not is_probe(request) and self._must_wait(token):
            return too_early("behind")
        return self._get_response(request)

    def _must_wait(self, token: str) -> bool:
        read_model = _read_model(setting("FRESHNESS_READ_MODEL"))
        try:
            return must_wait(token, setting("IDENTITY_PUBLIC_KEY_FILE"), read_model, time.time())
        except Unreadable:
            return True


@cache
def _read_model(path: str) -> VersionedReadModel:
    factory: Any = import_string(path)
    return cast(VersionedReadModel, factory())
