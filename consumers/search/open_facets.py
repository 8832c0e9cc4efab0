"""Facets that stay open: a decided one still tells how many homes its other values would find.

Enters: a valid form and what it found. Leaves: counts, each of the homes that fit all else that is
asked, and links to another value or to none. A facet keeps one value: a saved search, which the
monolith must understand, holds no more.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from consumers.search import facets
from consumers.search.facets import LABELS, SHOWN, Choice, Counts
from consumers.search.index.port import SearchSelection
from consumers.search.wider_form import WiderForm

Select = Callable[[Mapping[str, Any]], SearchSelection]

# What asks for all of a facet's homes; sold ones are not among them otherwise.
_ALL = {"status": "any", "beds": None}


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """A value that may be chosen, or the chosen one with the way out of it."""

    choice: Choice
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OpenFacet:
    label: str
    choices: list[OpenChoice]
    others: int


def open_counts(form: WiderForm, counts: Counts, select: Select) -> Counts:
    """Return the counts of what was found, those of decided facets without their own choice."""
    opened = {
        name: select({**form.cleaned_data, _asking(name): _ALL.get(name, "")}).counts([name])[name]
        for name in LABELS
        if _chosen(name, form)
    }
    return {**counts, **opened}


def as_links(opened: Counts, found: int, form: WiderForm) -> list[OpenFacet]:
    """Return the facets with something to choose, of a search that found so many homes."""
    every = ((label, list(_choices(name, opened, found, form))) for name, label in LABELS.items())
    return [
        OpenFacet(label, choices[:SHOWN], len(choices[SHOWN:]))
        for label, choices in every
        if choices
    ]


def _choices(name: str, opened: Counts, found: int, form: WiderForm) -> Iterator[OpenChoice]:
    chosen = _chosen(name, form)
    for each in facets.as_json(opened)[name]:
        value, count = each["value"], each["count"]
        is_chosen = bool(chosen) and value == chosen
        # The empty value cannot be asked for; in an open facet, what all have does not narrow.
        if value != "" and (chosen or count < found):
            url = form.address(**{_asking(name): _nothing(name) if is_chosen else value})
            yield OpenChoice(Choice(facets.in_words(name, value), count, url), is_chosen)


def _asking(name: str) -> str:
    return "beds_min" if name == "beds" else name


def _nothing(name: str) -> Any:
    return None if name == "beds" else ""


def _chosen(name: str, form: WiderForm) -> Any:
    """Return the value of a decided facet; sold and unsold alike decide nothing."""
    value = form.cleaned_data[_asking(name)]
    return "" if value == "any" else value
