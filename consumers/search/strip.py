"""The strip beside few results: found rows enter, homes like the first of them leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumers.search.cards import dollars, url
from consumers.search.index.port import SearchIndexReader
from consumers.search.similar import MOST, similar_to

# More results than these are enough by themselves.
FEW = 3


@dataclass(frozen=True, slots=True)
class StripHome:
    url: str
    title: str
    price: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """Homes like the one of that title."""

    title: str
    homes: list[StripHome]


def strip_of(rows: Sequence[Mapping[str, Any]], index: SearchIndexReader) -> Strip | None:
    """Return homes like the first of ``rows`` that are not among them, if there are any."""
    if not 0 < len(rows) <= FEW:
        return None
    seen = {row["id"] for row in rows}
    alike = [each for each in similar_to(rows[0], index, MOST + FEW) if each.row["id"] not in seen]
    homes = [
        StripHome(url(each.row), each.row["title"], dollars(each.row["price"]), each.reasons)
        for each in alike[:MOST]
    ]
    return Strip(rows[0]["title"], homes) if homes else None
