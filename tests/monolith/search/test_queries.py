"""The search's SQL: which homes it finds, and in which order."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict

from monolith.search import queries
from monolith.search.forms import SearchForm
from tests.monolith.conftest import LISTED_AT, MakeListing

pytestmark = pytest.mark.django_db


def found(query: str = "") -> list[Any]:
    form = SearchForm(QueryDict(query), queries.choices())
    assert form.is_valid(), form.errors
    return [row["title"] for row in queries.matching(form.cleaned_data)]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"active", "pending"}),
        ("status=active", {"active"}),
        ("status=pending", {"pending"}),
        ("status=sold", {"sold"}),
        ("status=any", {"active", "pending", "sold"}),
    ],
)
def test_drafts_and_withdrawn_homes_are_never_listed(
    make_listing: MakeListing, query: str, titles: set[str]
) -> None:
    for status in ("draft", "active", "pending", "sold", "withdrawn"):
        make_listing(title=status, status=status)
    assert set(found(query)) == titles


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=porch", ["cottage", "villa"]),
        ("q=PORCHES", ["cottage", "villa"]),
        ("q=porch+brick", ["cottage"]),
        ("q=porch+-brick", ["villa"]),
        ("q=%22brick+porch%22", ["cottage"]),
        ("q=%22porch+brick%22", []),
        ("q=fireplace+or+garden", ["cottage", "villa"]),
        ("q=43606+westgate", ["cottage", "villa"]),
        ("q=the", []),
        ("q=%20%20", ["cottage", "villa"]),
        ("q=Selma", []),
        ("q=%27%3B+drop+table", []),
    ],
)
def test_words_follow_the_web_search_rules(
    make_listing: MakeListing, query: str, titles: list[str]
) -> None:
    make_listing(title="villa", description="A porch and a garden.")
    make_listing(title="cottage", description="The brick porch has a fireplace.")
    assert found(query) == titles


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ("price_min=200000", {"price": 200_000}),
        ("price_max=50000", {"price": 50_000}),
        ("beds_min=4", {"beds": 4}),
        ("baths_min=2", {"baths": 2}),
        ("area_min=2000", {"living_area": 2000}),
        ("area_max=800", {"living_area": 800}),
        ("lot_min=9000", {"lot_size": 9000}),
        ("lot_max=4000", {"lot_size": 4000}),
        ("year_min=1990", {"year_built": 1990}),
        ("year_max=1920", {"year_built": 1920}),
        ("stories=Two", {"stories": "Two"}),
        ("wall=Brick", {"wall": "Brick"}),
        ("garage=Carport", {"garage": "Carport"}),
        ("neighbourhood=Twin+Oaks", {"neighbourhood": "Twin Oaks"}),
    ],
)
def test_each_filter_keeps_the_homes_that_fit(
    make_listing: MakeListing, query: str, facts: dict[str, Any]
) -> None:
    make_listing()
    make_listing(title="fits", **facts)
    assert found(query) == ["fits"]


@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        ("", ["d", "c", "b", "a"]),
        ("newest", ["d", "c", "b", "a"]),
        ("price_asc", ["a", "b", "c", "d"]),
        ("price_desc", ["d", "c", "b", "a"]),
        ("area_desc", ["a", "c", "b", "d"]),
    ],
)
def test_every_order_is_total(make_listing: MakeListing, sort: str, titles: list[str]) -> None:
    make_listing(title="a", price=1, living_area=3)
    make_listing(title="b", price=2, living_area=2)
    make_listing(title="c", price=2, living_area=2)
    make_listing(title="d", price=3, living_area=1, listed_at=LISTED_AT + timedelta(seconds=1))
    assert found(f"sort={sort}") == titles


def test_choices_are_what_listed_homes_have_by_code_point(make_listing: MakeListing) -> None:
    for neighbourhood in ("b", "a", "B", "b"):
        make_listing(neighbourhood=neighbourhood)
    make_listing(neighbourhood="hidden", status="draft")
    choices = queries.choices()
    assert choices["neighbourhood"] == ["B", "a", "b"]
    assert choices["stories"] == ["One"]


def test_a_site_without_homes_has_no_choices() -> None:
    assert queries.choices() == {
        "stories": [],
        "wall": [],
        "garage": [],
        "neighbourhood": [],
    }
