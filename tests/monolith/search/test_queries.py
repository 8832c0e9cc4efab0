"""The search's SQL: which homes it finds, and in which order."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict

from monolith.search import queries
from monolith.search.forms import SearchForm
from tests.monolith.conftest import LISTED_AT, MakeListing

pytestmark = pytest.mark.django_db


def asked(query: str) -> dict[str, Any]:
    form = SearchForm(QueryDict(query), queries.choices())
    assert form.is_valid(), form.errors
    return form.cleaned_data


def found(query: str = "") -> list[Any]:
    return [row["title"] for row in queries.page(asked(query), 0, 99)]


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
        (f"q={'-' * 190}brick", ["cottage"]),
        (f"q=porch+{'-' * 99}brick", ["villa"]),
        (f"q=porch+{'-+' * 91}brick", ["villa"]),
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


def test_a_box_holds_its_edges(make_listing: MakeListing) -> None:
    for title, latitude, longitude in (("in", 41.6, -83.6), ("n", 41.7, -83.5), ("out", 41.8, -83)):
        make_listing(title=title, latitude=latitude, longitude=longitude)
    assert found("box=41.6,-83.6,41.7,-83.5") == ["n", "in"]
    assert found("box=41.61,-83.6,41.7,-83.5&sort=price_asc") == ["n"]


def test_the_nearest_come_first_and_none_beyond_the_reach(make_listing: MakeListing) -> None:
    # A hundredth of a degree of latitude is 1,112 m, 0.69 miles.
    for title, north in (("c", 0.03), ("a", 0.0), ("b", -0.01), ("bb", 0.01), ("z", 0.0146)):
        make_listing(title=title, latitude=41.65 + north)
    assert found("near=41.65,-83.6&sort=distance") == ["a", "b", "bb", "z", "c"]
    assert found("near=41.65,-83.6&within=1&sort=distance") == ["a", "b", "bb"]
    assert found("near=41.65,-83.6&within=2") == ["z", "bb", "b", "a"]
    assert len(queries.page(asked("near=41.65,-83.6&sort=distance"), 1, 2)) == 2


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
