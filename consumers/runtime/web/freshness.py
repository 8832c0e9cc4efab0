"""Read your writes: the freshness cookies against the read model, on the HTTP side.

Enters: cookies `banyan_fresh…`, each of which names versions that a person has written, or a hold:
when whatever was written is in the topics. Leaves: the request, untouched, or 425 when the read
model has not seen them yet. Once it has, the cookies are cleared where `FRESHNESS_CLEARS` says that
nobody else has to see them.
"""

import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.module_loading import import_string

from consumers.runtime.settings import setting
from consumers.runtime.web.answers import is_probe, too_early
from consumers.runtime.web.tokens import ExpiredToken, InvalidToken, verified_claims

PREFIX = "banyan_fresh"


class VersionedReadModel(Protocol):
    """What the middleware asks of a read model; named by ``FRESHNESS_READ_MODEL``."""

    def is_behind(self, aggregate: str, key: str, version: int | None) -> bool:
        """Tell whether ``version`` is still missing; without one, whether what is gone still shows.

        False for aggregates that it does not keep.
        """


class Unreadable(ValueError):
    """The cookie is not one the monolith wrote."""


class EndedHolds(Protocol):
    """What tells whether a hold is over; named by ``FRESHNESS_HOLDS``."""

    def is_over(self, moment: float) -> bool:
        """Tell whether it is known that all is applied that was there at ``moment``; at once."""


def must_wait(
    token: str, key_file: str, read_model: VersionedReadModel, is_over: Callable[[float], bool]
) -> bool:
    """Tell whether the read model is behind what ``token`` names. Raises ``Unreadable``."""
    try:
        claims = verified_claims(token, key_file)
    except ExpiredToken:
        return False
    except InvalidToken as error:
        raise Unreadable(str(error)) from error
    try:
        hold = float(claims.get("hold") or 0)
        return hold > time.time() or (
            any(
                read_model.is_behind(aggregate, key, None if version is None else int(version))
                for aggregate, versions in (claims.get("pairs") or {}).items()
                for key, version in versions.items()
            )
            or (hold > 0 and not is_over(hold))
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise Unreadable(str(error)) from error


class FreshnessMiddleware:
    """Answer 425 when the person has written something the read model has not seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_probe(request):
            return self._get_response(request)
        tokens = {name: each for name, each in request.COOKIES.items() if name.startswith(PREFIX)}
        if any(self._must_wait(token) for token in tokens.values() if token):
            return too_early("behind")
        response = self._get_response(request)
        if tokens and setting("FRESHNESS_CLEARS", False):
            _clear(response, tokens)
        return response

    def _must_wait(self, token: str) -> bool:
        read_model: VersionedReadModel = _made(setting("FRESHNESS_READ_MODEL"))
        try:
            return must_wait(token, setting("IDENTITY_PUBLIC_KEY_FILE"), read_model, _is_over)
        except Unreadable:
            return True


def _is_over(hold: float) -> bool:
    if not (path := setting("FRESHNESS_HOLDS", "")):
        return True
    holds: EndedHolds = _made(path)
    return holds.is_over(hold)


def _clear(response: HttpResponse, names: Iterable[str]) -> None:
    # No two writes share a name: what is cleared is what was looked at, and nothing newer.
    for name in names:
        response.delete_cookie(name, samesite="Lax")
    patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, private=True)


@cache
def _made(path: str) -> Any:
    return import_string(path)()
