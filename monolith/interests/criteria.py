"""What a saved search asks for: a valid search form enters, plain parameters leave, and from
those its link, its words and the number of homes that fit now.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Value
from django.forms import ChoiceField, IntegerField

from monolith.interests.models import SavedSearch
from monolith.listings.models import Listing
from monolith.search import queries
from monolith.search.forms import FACETS, SearchForm

Criteria = dict[str, Any]
FIELDS = {
    name: field for name, field in SearchForm.base_fields.items() if name not in ("page", "view")
}
# What asks for nothing, because a search without it is the same search.
PLAIN: tuple[tuple[str, Any], ...] = (("sort", "newest"),)


def normalised(form: SearchForm) -> Criteria:
    """Return what a valid ``form`` asks for; two forms that ask the same give the same."""
    pairs = ((name, form.cleaned_data[name]) for name in FIELDS)
    return {
        name: value
        for name, value in pairs
        if value not in (None, "") and (name, value) not in PLAIN
    }


def link(criteria: Criteria) -> str:
    return f"/search?{query_string(criteria)}" if criteria else "/search"


def query_string(criteria: Criteria) -> str:
    # The database keeps the keys in an order of its own.
    return urlencode([(name, criteria[name]) for name in FIELDS if name in criteria])


def in_words(criteria: Criteria) -> list[tuple[str, str]]:
    """Return pairs of a label and what is asked there; nothing asked is all homes for sale."""
    asked = {"status": "", **criteria}
    return [(str(FIELDS[name].label), _word(name, asked[name])) for name in FIELDS if name in asked]


def counts(searches: Iterable[SavedSearch]) -> dict[int, int]:
    """Return how many homes fit each search now, asked of the database at once."""
    asked = [_count(search) for search in searches]
    rows = asked[0].union(*asked[1:], all=True) if asked else []
    return {row["search"]: row["homes"] for row in rows}


def homes(search: SavedSearch) -> QuerySet[Listing]:
    """Return the homes that fit, as the search's own SQL finds them, in no order."""
    asked: Mapping[str, Any] = {**{name: _nothing(name) for name in FIELDS}, **search.criteria}
    return queries.fitting(asked)


def _count(search: SavedSearch) -> Any:
    return homes(search).values(search=Value(search.pk)).annotate(homes=Count("pk"))


def _nothing(name: str) -> Any:
    return None if isinstance(FIELDS[name], IntegerField) else ""


def _word(name: str, value: Any) -> str:
    field = FIELDS[name]
    if isinstance(field, ChoiceField) and name not in FACETS:
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    is_amount = isinstance(value, int) and not name.startswith("year_")
    return f"{value:,}" if is_amount else str(value)
