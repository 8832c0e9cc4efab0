"""What narrows a search: a valid form enters; its criteria leave in words, each with a link to the
search without it.
The extracted copy of the monolith's module.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import ChoiceField

from consumers.search.forms import FACETS, SearchForm

# These change how homes are shown, not which.
_SHOWING = ("sort", "view", "page")

Criteria = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One criterion, and what the search is without it."""

    label: str
    words: str
    url: str
    rest: Criteria


@dataclass(frozen=True, slots=True)
class Drop:
    """A criterion without which there are homes."""

    asked: Asked
    count: int


def asked_of(form: SearchForm) -> list[Asked]:
    """Return the criteria of a valid form, in its order."""
    criteria = form.cleaned_data
    return [
        Asked(
            str(form.fields[name].label),
            in_words(name, value),
            form.address(**_nothing(name, criteria)),
            {**criteria, **_nothing(name, criteria)},
        )
        for name, value in criteria.items()
        if name not in _SHOWING and value not in (None, "")
    ]


def drops_of(
    asked: Sequence[Asked], totals: Callable[[Sequence[Criteria]], Sequence[int]]
) -> list[Drop]:
    """Return what may be dropped to find homes, the most homes first."""
    counts = totals([each.rest for each in asked])
    found = [Drop(each, count) for each, count in zip(asked, counts, strict=True) if count]
    return sorted(found, key=lambda drop: -drop.count)


def in_words(name: str, value: Any) -> str:
    """Return what a parameter's value says to a person."""
    field = SearchForm.base_fields[name]
    if isinstance(field, ChoiceField) and name not in FACETS:
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(value, int):
        return str(value) if name.startswith("year_") else f"{value:,}"
    return value.replace(",", ", ") if name in ("near", "box") else str(value)


def _nothing(name: str, criteria: Criteria) -> dict[str, Any]:
    dropped = {name: None if isinstance(criteria[name], int) else ""}
    if name == "near":
        # What is measured from it goes with it.
        dropped["within"] = ""
        dropped["sort"] = "" if criteria["sort"] == "distance" else criteria["sort"]
    return dropped
