"""Which homes fit which saved searches: searches and homes enter, pairs of both leave.

The search's own SQL decides, many searches to a statement. For one home and every search of the
site, the plain bounds are compared first, in the rows of the searches: a search whose bounds
leave the home out is never asked.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import F, Q, QuerySet, Value

from monolith.interests import criteria
from monolith.interests.models import Frequency, SavedSearch
from monolith.listings.models import Listing
from monolith.search.forms import FACETS
from monolith.search.queries import BOUNDS

# Searches in one statement; far more, and PostgreSQL plans for longer than it looks.
BATCH = 200


def pairs(searches: Iterable[SavedSearch], homes: QuerySet) -> Iterator[tuple[SavedSearch, int]]:
    """Return each search with each of ``homes``, given as their numbers, that fits it."""
    waiting = iter(searches)
    while batch := {search.pk: search for search in islice(waiting, BATCH)}:
        asked = [
            criteria.homes(search)
            .filter(pk__in=homes)
            .values(search=Value(search.pk), home=F("pk"))
            for search in batch.values()
        ]
        for row in asked[0].union(*asked[1:], all=True):
            yield batch[row["search"]], row["home"]


def instant(home: Listing, among: QuerySet[SavedSearch] | None = None) -> Iterator[SavedSearch]:
    """Return the searches ``among`` all that it fits and that want to know at once."""
    every = SavedSearch.objects.all() if among is None else among
    asked = every.filter(may_fit(home), frequency=Frequency.INSTANT).order_by("pk")
    only = Listing.objects.filter(pk=home.pk).values("pk")
    return (search for search, _ in pairs(asked.iterator(), only))


def may_fit(home: Listing) -> Q:
    """Return a condition on saved searches that holds for each that the home fits, and more."""
    condition = Q()
    for name, lookup in BOUNDS.items():
        column, _, side = lookup.partition("__")
        mirrored = {"gte": "lte", "lte": "gte"}[side]
        condition &= _asks(name, mirrored, getattr(home, column))
    for name in FACETS:
        condition &= _asks(name, "exact", getattr(home, name))
    return condition


def _asks(name: str, lookup: str, value: object) -> Q:
    """Return the condition that a search asks nothing of the name, or what the value has."""
    return Q(**{f"criteria__{name}__isnull": True}) | Q(**{f"criteria__{name}__{lookup}": value})
