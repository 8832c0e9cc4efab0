"""What every flag means now, in one file that any program can read.

On the line: the agent writes it beside Envoy's files -> ``provider`` (or anybody) reads it.
The flag of a route says whom the service answers, so that code asks the same question as
the gateway. Pure functions.
"""

import json
from collections.abc import Iterable

from strangler.audience import NOBODY
from strangler.declared import Flag
from strangler.routes import Route
from strangler.snapshot import Snapshot


def published(flags: Iterable[Flag], routes: Iterable[Route], now: Snapshot) -> str:
    """Return the file's text; ``now`` is a snapshot in effect."""
    audiences = {flag.id: now.audience(flag) for flag in flags}
    for route in routes:
        answered = now.standing(route).answered
        audiences[route.flag] = NOBODY if now.all_to_monolith else answered
    told = {name: audience.to_json() for name, audience in sorted(audiences.items())}
    return json.dumps({"revision": now.revision, "flags": told}, indent=1)
