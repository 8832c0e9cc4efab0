"""The quick look at the searches' own rows never loses one that the search's SQL would find."""

import itertools

import pytest

from monolith.alerts import matching
from monolith.interests.models import SavedSearch
from monolith.listings.models import Listing
from tests.monolith.alerts.conftest import MakeSearch
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db

ASKED = {
    "price_min": (99_999, 100_000, 100_001),
    "price_max": (99_999, 100_000, 100_001),
    "beds_min": (3, 4),
    "baths_min": (1, 2),
    "area_min": (1200, 1201),
    "area_max": (1199, 1200),
    "lot_min": (5000, 5001),
    "year_min": (1950, 1951),
    "stories": ("One", "Two"),
    "wall": ("Wood", "Brick"),
    "garage": ("Attached", "None"),
    "neighbourhood": ("Westgate", "Point Place"),
    "q": ("porch", "castle"),
    "status": ("active", "pending", "any", "sold"),
    "sort": ("price_asc",),
}


def test_one_home_finds_the_searches_that_find_it(
    make_listing: MakeListing, make_search: MakeSearch
) -> None:
    home = make_listing()
    make_listing(price=7, stories="Two")
    single = [{name: value} for name, values in ASKED.items() for value in values]
    both = [{**one, **two} for one, two in itertools.combinations(single, 2) if one != two]
    for criteria in [{}, *single, *both[::7]]:
        make_search(**criteria)
    make_search(frequency="daily")
    only = Listing.objects.filter(pk=home.pk).values("pk")
    every = SavedSearch.objects.filter(frequency="instant").order_by("pk")
    expected = {search.pk for search, _ in matching.pairs(every, only)}

    assert {search.pk for search in matching.instant(home)} == expected
    assert 10 < len(expected) < len(every)
    # And the quick look does spare most of those that do not fit.
    looked_at = every.filter(matching.may_fit(home)).count()
    assert len(expected) <= looked_at < len(every) * 3 / 4


def test_no_searches_match_nothing(listing: Listing) -> None:
    assert list(matching.instant(listing)) == []
