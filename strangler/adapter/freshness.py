"""Read your writes: cookies that say how new an answer their bearer must be given.

On the line: the monolith commits a write -> a cookie names (aggregate, version) ->
a service that is behind answers 425 -> the gateway asks the monolith instead. Enters:
the writes of a request. Leaves: a cookie ``banyan_fresh_…`` of a name that was never used
before. So two tabs that write at once never overwrite one another's, and who takes one away
takes what it has read and nothing newer. As long as a service is behind it is renewed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any

from django.db import DatabaseError, router
from django.db.models import Model

from .capture import Capture
from .keys import PrivateKey, Trusted
from .tokens import authentic, sign
from .writes import Writes

PREFIX = "banyan_fresh"
LIFETIME = 600
MAX_PAIRS = 20
# Browsers send them all with each request: above this many they become one.
MAX_COOKIES = 5
# Long enough for any healthy line to bring a write to its topics; until then only the monolith
# answers, and from then on a service that has applied what they held at that time. Where the
# capture can be asked, nobody guesses: it is held until all is there, and by how clocks differ.
HOLD = 10
CLOCKS_DIFFER = 2

Pair = tuple[str, str]
# A row that is deleted has none: it must not be shown.
Version = int | None


@dataclass(frozen=True, slots=True)
class Demand:
    """What a reader must be shown: versions by (type, id), and all that was captured at ``hold``.

    Until then no service may answer. With a ``position`` it is not known yet when that will be:
    once the log is captured up to it.
    """

    versions: Mapping[Pair, Version] = field(default_factory=dict)
    hold: int = 0
    position: int = 0

    def merged(self, newer: "Demand") -> "Demand":
        """Return both demands as one; the newer one's pairs come last."""
        versions = {pair: v for pair, v in self.versions.items() if pair not in newer.versions}
        for pair, version in newer.versions.items():
            versions[pair] = _later(self.versions.get(pair, 0), version)
        hold, position = max(self.hold, newer.hold), max(self.position, newer.position)
        return Demand(versions, hold, position)

    def bounded(self, now: int, capture: Capture | None = None) -> "Demand":
        """Return a demand that fits into a cookie: more than twenty pairs become a hold."""
        if len(self.versions) <= MAX_PAIRS:
            return self
        latest = dict(list(self.versions.items())[-MAX_PAIRS:])
        return replace(self, versions=latest).merged(held(now, capture))


def held(now: int, capture: Capture | None) -> Demand:
    """Return the demand for all that is committed by now, whichever rows it is."""
    try:
        position = capture and capture.position()
    except DatabaseError:
        position = None
    if not position:
        return Demand(hold=now + HOLD)
    return Demand(hold=now + LIFETIME, position=position)


def demanded(
    writes: Writes, tracked: Mapping[type[Model], str], now: int, capture: Capture | None = None
) -> Demand:
    """Turn writes into a demand. Asks the database once per model, after the transaction.

    Rows that are unknown or too many to name become a hold, and so do deleted ones.
    """
    versions: dict[Pair, Version] = {}
    hold = writes.rows_unknown
    try:
        for model, keys in writes.keys.items():
            hold = hold or len(keys) > MAX_PAIRS
            name = tracked[model]
            for key, version in _versions(model, list(keys)[-MAX_PAIRS:]).items():
                versions[name, key] = version
    except DatabaseError:
        # The page is made already. Whoever wrote waits out the hold at the monolith.
        hold = True
    # A service that never saw a deleted row may not have seen it made either.
    hold = hold or None in versions.values()
    return Demand(versions).merged(held(now, capture)) if hold else Demand(versions)


def new_name() -> str:
    """Return a cookie's name that no other write will use."""
    return f"{PREFIX}_{token_hex(4)}"


def carried(cookies: Mapping[str, str], trusted: Trusted, now: int) -> dict[str, Demand]:
    """Return what each freshness cookie of a request demands, by the cookie's name."""
    return {
        name: verify(token, trusted, now)
        for name, token in cookies.items()
        if name.startswith(PREFIX)
    }


def issue(demand: Demand, key: PrivateKey, now: int) -> str:
    """Return the cookie's value."""
    pairs: dict[str, dict[str, Version]] = {}
    for (name, aggregate), version in demand.versions.items():
        pairs.setdefault(name, {})[aggregate] = version
    claims: dict[str, Any] = {"pairs": pairs}
    if demand.hold:
        claims["hold"] = demand.hold
    if demand.position:
        claims["position"] = demand.position
    return sign(claims, key, now=now, lifetime=LIFETIME)


def renewed(
    token: str, key: PrivateKey, trusted: Trusted, now: int, capture: Capture | None = None
) -> str | None:
    """Return the same demand anew once half of its time is over; ``None`` if it is not due.

    Due at once is a hold's end, when the log is captured.
    """
    claims = authentic(token, trusted)
    demand = _read(claims, now)
    if demand.position and (capture is None or capture.has_passed(demand.position)):
        return issue(replace(demand, hold=now + CLOCKS_DIFFER, position=0), key, now)
    if claims is None or not 0 < claims["exp"] - now < LIFETIME // 2:
        return None
    if demand.position:
        demand = replace(demand, hold=now + LIFETIME)
    return issue(demand, key, now) if demand.versions or demand.hold else None


def verify(token: str, trusted: Trusted, now: int) -> Demand:
    """Return what a cookie still demands; one that is expired or not ours demands nothing."""
    return _read(authentic(token, trusted), now)


def _read(claims: dict[str, Any] | None, now: int) -> Demand:
    if claims is None or "pairs" not in claims or now >= claims["exp"]:
        return Demand()
    versions = {
        (name, aggregate): version
        for name, pairs in claims["pairs"].items()
        for aggregate, version in pairs.items()
    }
    return Demand(versions, claims.get("hold", 0), claims.get("position", 0))


def _later(one: Version, other: Version) -> Version:
    # Nothing comes after a deletion.
    return None if one is None or other is None else max(one, other)


def _versions(model: type[Model], keys: list[Any]) -> dict[str, Version]:
    rows = model._base_manager.using(router.db_for_write(model)).filter(pk__in=keys)
    found = {str(key): version for key, version in rows.values_list("pk", "version")}
    wanted = (str(model._meta.pk.to_python(key)) for key in keys)
    return {key: found.get(key) for key in wanted}
