"""Whether a service can answer and how late it is, asked of all of its instances.

On the line: somebody wants to move a route -> this asks each instance's ready path -> gates and
`preconditions`. Enters: addresses. Leaves: what is true of the worst of them. 200 means that it
can answer. A JSON body with `lag_seconds`, whatever is beside it, says how long ago what it shows
was known to be as new as the site's own data. Where that is no number of seconds, nobody knows.
"""

import json
import math
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse

from strangler.envoy.clusters import Place
from strangler.envoy.health import READY_PATH

PATIENCE = 2.0
_LONGEST = 65_536


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is true of all of a service's instances."""

    is_ready: bool
    # Of the latest; None unless each of them tells it.
    lag_seconds: float | None = None


AWAY = Readiness(is_ready=False)


def readiness(place: Place) -> Readiness:
    """Ask each instance; two seconds of silence mean that it cannot answer."""
    told = [_asked(str(instance)) for instance in place]
    lags = [each.lag_seconds for each in told]
    known = [lag for lag in lags if lag is not None]
    return Readiness(
        all(each.is_ready for each in told), max(known) if known and known == lags else None
    )


def _asked(instance: str) -> Readiness:
    try:
        with urllib.request.urlopen(f"http://{instance}{READY_PATH}", timeout=PATIENCE) as answer:
            return Readiness(True, _lag(_body(answer))) if answer.status == 200 else AWAY
    except (OSError, HTTPException):
        return AWAY


def _body(answer: HTTPResponse) -> bytes:
    body, end = b"", time.monotonic() + PATIENCE
    # Whatever is cut off, or drips for too long, is no JSON.
    with suppress(OSError, HTTPException):
        while len(body) <= _LONGEST and time.monotonic() < end:
            if not (piece := answer.read1(_LONGEST)):
                break
            body += piece
    return body if len(body) <= _LONGEST else b""


def _lag(body: bytes) -> float | None:
    try:
        # A whole number of any length becomes a float, if need be an infinite one.
        told = json.loads(body, parse_int=float)
    except (ValueError, RecursionError):
        return None
    lag = told.get("lag_seconds") if isinstance(told, dict) else None
    is_told = isinstance(lag, float) and math.isfinite(lag) and lag >= 0
    return lag if is_told else None
