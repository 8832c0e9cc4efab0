"""What counts as lost or doubled: pure functions over (key, version) pairs.

Enters: what was committed and what another part of the line holds, both moving. Leaves:
differences, and after a later look those that are still there. Later versions than the
wanted one are no difference: the log went on while we looked.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from cdc.contracts.applied import Key, Sum, Versioned


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that is not held as it was committed.

    ``wanted`` is the committed version, None for a row that is gone; ``seen`` is the held
    one, None for none. A key that is held ``times`` > 1 had its effect doubled.
    """

    range: int
    key: Key
    wanted: int | None
    seen: int | None
    times: int = 1

    @property
    def is_doubled(self) -> bool:
        """Tell whether the key is there more than once, rather than lost."""
        return self.times > 1

    def __str__(self) -> str:
        if self.is_doubled:
            return f"{self.key}: there {self.times} times"
        if self.wanted is None:
            return f"{self.key}: deleted, still there in version {self.seen}"
        there = "not there" if self.seen is None else f"there in version {self.seen}"
        return f"{self.key}: committed in version {self.wanted}, {there}"


class Side(Protocol):
    """A keeper of versions."""

    def sums(self) -> Mapping[int, Sum]:
        """Give count and checksum of every range that is not empty."""

    def open(self, number: int) -> Iterable[Versioned]:
        """Give the pairs of one range."""


def differing(wanted: Mapping[int, Sum], seen: Mapping[int, Sum], *, extras: bool) -> list[int]:
    """Return the ranges to open; with ``extras`` also those that only ``seen`` has."""
    ranges = wanted.keys() | seen.keys() if extras else wanted.keys()
    return sorted(each for each in ranges if wanted.get(each) != seen.get(each))


def differences(
    number: int, wanted: Iterable[Versioned], seen: Iterable[Versioned], *, extras: bool
) -> Iterator[Difference]:
    """Yield what differs in one opened range, in the order of keys."""
    expected = dict(wanted)
    found, times = _found(seen)
    keys = expected.keys() | found.keys() if extras else expected.keys()
    for key in sorted(keys):
        each = Difference(number, key, expected.get(key), found.get(key), times[key] or 1)
        if each.is_doubled or not _is_settled(each.wanted, each.seen):
            yield each


def remaining(
    known: Iterable[Difference], seen: Iterable[Versioned], now: Iterable[Versioned]
) -> list[Difference]:
    """Return the known differences that a later look does not explain.

    ``now`` is what is committed after ``seen`` was read, for the rows that came or went since.
    """
    found, times = _found(seen)
    present = dict(now).keys()
    later = (
        Difference(each.range, each.key, each.wanted, found.get(each.key), times[each.key] or 1)
        for each in known
    )
    return [each for each in later if each.is_doubled or not _is_explained(each, present)]


def _found(seen: Iterable[Versioned]) -> tuple[dict[Key, int], Counter[Key]]:
    found: dict[Key, int] = {}
    times: Counter[Key] = Counter()
    for key, version in seen:
        times[key] += 1
        found[key] = max(version, found.get(key, version))
    return found, times


def _is_settled(wanted: int | None, seen: int | None) -> bool:
    if wanted is None or seen is None:
        return wanted is seen
    return seen >= wanted


def _is_explained(later: Difference, present: Collection[Key]) -> bool:
    if _is_settled(later.wanted, later.seen):
        return True
    if later.wanted is None:
        # Made while we looked: it was held before we saw it committed.
        return later.key in present
    # Deleted while we looked: its going is no longer before our position.
    return later.key not in present
