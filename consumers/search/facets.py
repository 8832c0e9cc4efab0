"""How many of the found homes have each value: counts enter, links that narrow leave.

A count is of the homes that fit all that is asked, the facet's own choice included. So a link
finds just as many homes as it says, and a facet that is decided has nothing more to offer.
The extracted copy of the monolith's module.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from consumers.search.forms import STATUSES, SearchForm

# Facet → value → homes; of bedrooms exactly so many.
Counts = Mapping[str, Mapping[Any, int]]

LABELS = {
    "neighbourhood": "Neighbourhood",
    "beds": "Bedrooms",
    "status": "Status",
    "stories": "Stories",
    "wall": "Walls",
    "garage": "Garage",
}
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Choice:
    words: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    label: str
    choices: list[Choice]
    # Values that are left to the form's list.
    others: int


def total(counts: Counts) -> int:
    """Return how many homes were found: each has one status."""
    return sum(counts["status"].values())


def as_json(counts: Counts) -> dict[str, list[dict[str, Any]]]:
    """Return every value with its count; the order is part of the promise."""
    return {
        name: [{"value": value, "count": count} for value, count in _in_order(name, counts)]
        for name in LABELS
    }


def as_links(counts: Counts, form: SearchForm) -> list[Facet]:
    """Return the facets that can still narrow a valid ``form``'s search."""
    every = ((label, list(_choices(name, counts, form))) for name, label in LABELS.items())
    return [
        Facet(label, choices[:SHOWN], len(choices[SHOWN:])) for label, choices in every if choices
    ]


def _choices(name: str, counts: Counts, form: SearchForm) -> Iterator[Choice]:
    found = total(counts)
    for value, count in _in_order(name, counts):
        # The empty value cannot be asked for; what all homes have does not narrow.
        if value != "" and count < found:
            parameter = "beds_min" if name == "beds" else name
            yield Choice(in_words(name, value), count, form.address(**{parameter: value}))


def _in_order(name: str, counts: Counts) -> list[tuple[Any, int]]:
    if name == "beds":
        return _at_least(counts[name])
    return sorted(counts[name].items(), key=lambda pair: (-pair[1], pair[0]))


def _at_least(counts: Mapping[int, int]) -> list[tuple[int, int]]:
    """Add up from the most bedrooms down, because the search asks for so many or more."""
    asked = sorted(number for number in counts if number)
    return [(least, sum(n for beds, n in counts.items() if beds >= least)) for least in asked]


def in_words(name: str, value: Any) -> str:
    if name == "status":
        return dict(STATUSES)[value]
    return f"{value} or more" if name == "beds" else str(value)
