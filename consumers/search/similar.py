"""Homes like one home: its row enters, others that are for sale leave, with the reasons.

The index gives what is near and of about the same price and size; how alike they are is decided
here, so that two engines give the same homes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp
from typing import Any

from consumers.criteria.criteria import Criteria
from consumers.criteria.places import METRES_PER_MILE, Spot
from consumers.criteria.text.lexemes import GAP, lexemes
from consumers.search.index.port import SearchIndexReader

Row = Mapping[str, Any]

MOST = 6
_CANDIDATES = 100
# How far off the price and the area may be, as a share; wider when too few are so near.
_NARROW, _WIDE = 0.25, 0.5
_PRICE, _SIZE, _BEDS, _PLACE, _WORDS = 0.3, 0.2, 0.15, 0.2, 0.15
# At this distance in metres a place is about a third as alike as next door.
_REACH = 5_000
# Within this share two numbers are told to be about the same.
_ABOUT = 0.1


@dataclass(frozen=True, slots=True)
class Similar:
    """A home, how alike it is from 0 to 1, and why."""

    row: Row
    likeness: float
    reasons: tuple[str, ...]


def similar_to(home: Row, index: SearchIndexReader, most: int = MOST) -> list[Similar]:
    """Return the homes for sale that are most alike, the home itself left out."""
    for share in (_NARROW, _WIDE):
        nearest = index.select(_criteria(home, share)).rows(0, _CANDIDATES)
        others = [row for row in nearest if row["id"] != home["id"]]
        if len(others) >= most:
            break
    words = _words(home)
    alike = sorted(((_likeness(home, words, row), row["id"], row) for row in others), reverse=True)
    return [
        Similar(row, likeness, tuple(_reasons(home, words, row)))
        for likeness, _, row in alike[:most]
    ]


def _criteria(home: Row, share: float) -> Criteria:
    ranges: dict[str, tuple[int | None, int | None]] = {
        name: (int(home[name] * (1 - share)), int(home[name] * (1 + share)))
        for name in ("price", "living_area")
        # Zero means that nobody measured it.
        if home[name]
    }
    if share == _NARROW:
        ranges["beds"] = (max(0, home["beds"] - 1), home["beds"] + 1)
    spot = Spot(home["latitude"], home["longitude"])
    return Criteria(sort="distance", ranges=ranges, near=spot)


def _likeness(home: Row, words: set[str], other: Row) -> float:
    others = _words(other)
    likeness = (
        _PRICE * _closeness(home["price"], other["price"])
        + _SIZE * _closeness(home["living_area"], other["living_area"])
        + _BEDS * _closeness(home["beds"], other["beds"])
        + _PLACE * exp(-_metres(home, other) / _REACH)
        + _WORDS * (len(words & others) / len(words | others) if words else 0.0)
    )
    return round(likeness, 6)


def _reasons(home: Row, words: set[str], other: Row) -> Iterator[str]:
    if _closeness(home["price"], other["price"]) >= 1 - _ABOUT:
        yield "about the same price"
    if _closeness(home["living_area"], other["living_area"]) >= 1 - _ABOUT:
        yield "about as large"
    if home["beds"] and home["beds"] == other["beds"]:
        yield "as many bedrooms"
    if home["neighbourhood"] and home["neighbourhood"] == other["neighbourhood"]:
        yield "the same neighbourhood"
    elif _metres(home, other) <= METRES_PER_MILE:
        yield "less than a mile away"
    if shared := " ".join(_shared(words, other["title"])):
        yield f"described alike: {shared.lower()}"


def _metres(home: Row, other: Row) -> int:
    place = other["latitude"], other["longitude"]
    return Spot(home["latitude"], home["longitude"]).metres([place])[0]


def _shared(wanted: set[str], title: str) -> Iterator[str]:
    for word in title.split():
        found = set(lexemes(word)) - {GAP}
        # All of it: "four-bedroom" is not like "two-bedroom".
        if found and found <= wanted:
            yield word


def _closeness(one: int, other: int) -> float:
    """Return 1 for the same and 0 for twice as much, or when nobody knows."""
    return max(0.0, 1 - abs(one - other) / min(one, other)) if one and other else 0.0


def _words(row: Row) -> set[str]:
    """Return the lexemes of a title without those of the place, which is compared by itself."""
    return set(lexemes(row["title"])) - set(lexemes(row["neighbourhood"])) - {GAP}
