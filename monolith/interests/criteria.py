"""What a saved search asks for: a valid search form enters, plain parameters leave, and from
those its link, its words and the number of homes that fit now.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.forms import IntegerField

from monolith.interests.models import SavedSearch
from monolith.listings.models import Listing
from monolith.search import queries
from monolith.search.asked import in_words as word_of
from monolith.search.forms import SearchForm

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
    return [
        (str(FIELDS[name].label), word_of(name, asked[name])) for name in FIELDS if name in asked
    ]


def counts(searches: Iterable[SavedSearch]) -> dict[int, int]:
    """Return how many homes fit each search now, asked of the database at once."""
    kept = list(searches)
    totals = queries.totals([_whole(search) for search in kept])
    return {search.pk: total for search, total in zip(kept, totals, strict=True)}


def homes(search: SavedSearch) -> QuerySet[Listing]:
    """Return the homes that fit, as the search's own SQL finds them, in no order."""
    return queries.fitting(_whole(search))


def _whole(search: SavedSearch) -> Criteria:
    """Return what the search's own form would give; what came later is asked for by nobody."""
    return {**{name: _nothing(name) for name in FIELDS}, **search.criteria}


def _nothing(name: str) -> Any:
    return None if isinstance(FIELDS[name], IntegerField) else ""
