"""The criteria of a saved search: one form for each wish, its words, its link, its count."""

from typing import Any

import pytest
from django.http import QueryDict

from monolith.accounts.models import User
from monolith.interests import criteria
from monolith.interests.models import SavedSearch
from monolith.search.forms import FACETS, SearchForm
from tests.monolith.conftest import MakeListing


def asked(query: str) -> dict[str, Any]:
    form = SearchForm(QueryDict(query), {name: ["One", "Westgate"] for name in FACETS})
    assert form.is_valid(), form.errors
    return criteria.normalised(form)


@pytest.mark.parametrize("query", ["", "page=3", "sort=newest", "q=++&status=&beds_min=&x=1"])
def test_what_asks_for_nothing_is_left_out(query: str) -> None:
    assert asked(query) == {}
    assert criteria.link({}) == "/search"


def test_equal_wishes_have_one_form() -> None:
    one = asked("q=+porch+&beds_min=03&sort=price_asc&page=2")
    assert (
        one
        == asked("sort=price_asc&beds_min=3&q=porch")
        == {
            "q": "porch",
            "beds_min": 3,
            "sort": "price_asc",
        }
    )


def test_the_link_asks_the_same_again_whatever_order_the_keys_are_in() -> None:
    kept = {"sort": "price_asc", "beds_min": 3, "q": "a & b"}
    link = criteria.link(kept)
    assert link == "/search?q=a+%26+b&beds_min=3&sort=price_asc"
    assert asked(link.partition("?")[2]) == kept
    place = {"near": "41.65,-83.5", "within": "1", "sort": "distance", "box": "1,2,3,4"}
    assert asked(criteria.query_string(place)) == place


def test_a_search_is_said_in_words() -> None:
    assert criteria.in_words({}) == [("Status", "For sale")]
    assert criteria.in_words({"status": "any", "price_max": 250_000, "year_min": 1950}) == [
        ("Price to ($)", "250,000"),
        ("Built in or after", "1950"),
        ("Status", "For sale and sold"),
    ]


@pytest.mark.django_db
def test_matches_are_counted_as_the_search_finds_them(
    buyer: User, make_listing: MakeListing
) -> None:
    make_listing(beds=2)
    make_listing(beds=4, status="sold")
    wishes = [{}, {"status": "any"}, {"beds_min": 9}, {"q": "porch", "sort": "price_asc"}]
    wishes += [{"neighbourhood": "Gone"}, {"near": "41.65,-83.6", "within": "1"}]
    wishes += [{"near": "0,0", "within": "1", "sort": "distance"}, {"box": "41,-84,42,-83"}]
    searches = [
        SavedSearch.objects.create(account=buyer, name="x", frequency="none", criteria=wish)
        for wish in wishes
    ]
    found = criteria.counts(searches)
    assert [found[search.pk] for search in searches] == [1, 2, 0, 1, 0, 1, 0, 1]
    assert criteria.counts(searches[:1]) == {searches[0].pk: 1}
    assert criteria.counts([]) == {}
