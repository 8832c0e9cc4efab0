"""Who acts on an event, decided once when its cause commits: the stamp in header ``handledby``.

Enters: the header's text, as the monolith wrote it. Leaves: for each kind of reaction, whether a
service handles it for a person. Whom a stamp does not name is the monolith's. Who must be told
is found out later than the cause commits, so a stamp carries the rule and no answer: shares of
the buckets 0–9999 that the identity cookie tells too, and accounts who go first. One answer cannot
wait: where favourites are one side's and matches the other's, it says who kept the home.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cdc.contracts.codec import MalformedEvent

BUCKETS = 10_000

# Stands among the kinds.
_KEPT = "kept"

# Half-open ranges of buckets.
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Given:
    """Those for whom one kind is given to the service."""

    buckets: tuple[Range, ...] = ()
    accounts: frozenset[int] = frozenset()

    def includes(self, account_id: int) -> bool:
        """Say whether the account is among them."""
        if account_id in self.accounts:
            return True
        return bool(self.buckets) and self._is_in_a_range(bucket(account_id))

    def includes_everybody(self) -> bool:
        """Say whether there is no account that is not among them."""
        reached = 0
        for start, end in sorted(self.buckets):
            if start > reached:
                return False
            reached = max(reached, end)
        return reached >= BUCKETS

    def _is_in_a_range(self, number: int) -> bool:
        return any(start <= number < end for start, end in self.buckets)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the service handles of an event, by kind; everything else is the monolith's."""

    given: Mapping[str, Given] = field(default_factory=dict)
    # Who kept the home when it changed, and wanted to hear; None where nobody has to know.
    kept: frozenset[int] | None = None

    @classmethod
    def of(cls, given: Mapping[str, Given]) -> "Stamp":
        """Return a stamp that says no more than it must: a kind given to nobody is not named."""
        told = {kind: those for kind, those in given.items() if those.buckets or those.accounts}
        return cls(told)

    @classmethod
    def parse(cls, text: str) -> "Stamp":
        """Read the header's text; raises ``MalformedEvent``. No text gives the service nothing."""
        return _parsed(text) if text else MONOLITH

    def handles(self, kind: str, account_id: int) -> bool:
        """Say whether the service handles this kind for the account, and the monolith does not."""
        those = self.given.get(kind)
        return those is not None and those.includes(account_id)

    def tells_kept(self, kind: str, other: str, account_id: int) -> bool | None:
        """Say whether somebody kept the home whose kinds are divided; None of all others."""
        if self.kept is None or self.handles(kind, account_id) == self.handles(other, account_id):
            return None
        return account_id in self.kept

    def handles_all(self, kinds: Iterable[str]) -> bool:
        """Say whether the service handles these kinds for everybody, and the monolith none."""
        return all(kind in self.given and self.given[kind].includes_everybody() for kind in kinds)

    def named(self) -> frozenset[int]:
        """Return who stands in the text itself: who goes first, and who kept the home."""
        first = (those.accounts for those in self.given.values())
        return frozenset[int]().union(self.kept or (), *first)

    def without(self, people: Collection[int]) -> "Stamp":
        """Return it as it is for everybody else, with none of ``people`` in its text."""
        given = {
            kind: Given(it.buckets, it.accounts.difference(people))
            for kind, it in self.given.items()
        }
        kept = None if self.kept is None else self.kept.difference(people)
        return replace(Stamp.of(given), kept=kept)

    def text(self) -> str:
        """Return the header's text, the same for equal stamps; ``parse`` reads it back."""
        if not self.given:
            return ""
        told = {kind: _told(those) for kind, those in sorted(self.given.items())}
        if self.kept is not None:
            told[_KEPT] = {"accounts": sorted(self.kept)}
        return json.dumps(told, separators=(",", ":"))


MONOLITH = Stamp()


def bucket(account_id: int) -> int:
    """Return the account's bucket, which its identity cookie tells the gateway as well."""
    return int.from_bytes(sha256(f"u:{account_id}".encode()).digest()[:8], "big") % BUCKETS


# Few rules hold at a time, and every event carries one of them.
@lru_cache(maxsize=64)
def _parsed(text: str) -> Stamp:
    try:
        told = json.loads(text)
        kept = _given(told.pop(_KEPT)).accounts if _KEPT in told else None
        return replace(Stamp.of({kind: _given(those) for kind, those in told.items()}), kept=kept)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise MalformedEvent(f"The header handledby is not a stamp: {text[:80]!r}.") from error


def _told(those: Given) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if those.buckets:
        told["buckets"] = those.buckets
    if those.accounts:
        told["accounts"] = sorted(those.accounts)
    return told


def _given(told: Mapping[str, Any]) -> Given:
    ranges = tuple(_range(*pair) for pair in told.get("buckets", ()))
    return Given(ranges, frozenset(_numbers(told.get("accounts", ()))))


def _range(start: int, end: int) -> Range:
    first, last = _numbers((start, end))
    if not first < last <= BUCKETS:
        raise ValueError("no range of buckets")
    return first, last


def _numbers(told: Iterable[Any]) -> Iterable[int]:
    for each in told:
        if type(each) is not int or each < 0:
            raise ValueError("not a number")
        yield each
