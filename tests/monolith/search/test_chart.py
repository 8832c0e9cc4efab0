"""The map of a search: what it shows, and that its links move it."""

import re
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.search.chart import HEIGHT, WIDTH, Area, Chart, chart_of
from monolith.search.forms import SearchForm
from monolith.search.places import Box, box_of
from tests.monolith.conftest import MakeListing

WEST, EAST = (
    Area("West", 30, Box(41.6, -83.7, 41.65, -83.65)),
    Area("East", 9, Box(41.6, -83.5, 41.7, -83.45)),
)
HOME = {"id": 7, "slug": "a-home", "title": "A home", "price": 1000}


def chart(query: str, *areas: Area, **home: Any) -> Chart | None:
    names = ("stories", "wall", "garage", "neighbourhood")
    form = SearchForm(QueryDict(f"view=map&{query}"), {name: [] for name in names})
    assert form.is_valid(), form.errors
    place = {"latitude": 41.65, "longitude": -83.6}
    return chart_of(form, [{**HOME, **place, **home}] if areas else [], areas)


def test_homes_and_areas_are_where_they_are() -> None:
    drawn = chart("", WEST, EAST)
    assert drawn is not None
    (home,) = drawn.homes
    west, east = drawn.areas
    assert (home.name, home.url, home.label) == ("1: A home, $1,000", "/homes/7-a-home/", "1")
    assert west.x < home.x < east.x
    assert west.y > home.y == HEIGHT / 2 == east.y
    assert (west.name, west.url) == ("West, 30 homes", "/search?neighbourhood=West&view=map")
    assert west.radius > east.radius
    assert all(0 < mark.x < WIDTH and 0 < mark.y < HEIGHT for mark in (home, west, east))


def test_one_area_is_all_homes_and_is_not_drawn() -> None:
    drawn = chart("", WEST)
    assert drawn is not None
    assert drawn.areas == []


def test_nothing_found_is_no_map_unless_a_part_of_it_was_asked_for() -> None:
    assert chart("") is None
    drawn = chart("box=41.6,-83.6,41.7,-83.5")
    assert drawn is not None
    assert {"Zoom out", "North", "Whole area"} <= {move.name for move in drawn.moves}


@pytest.mark.parametrize(
    "box", ["41.6,-83.6,41.7,-83.5", "89,-180,90,180", "-90,-180,90,180", "0,0,0.000001,0.000001"]
)
def test_every_move_is_a_search_that_works(box: str) -> None:
    now = box_of(box)
    drawn = chart(f"box={box}&beds_min=2")
    assert drawn is not None
    for move in drawn.moves:
        assert move.url.startswith("/search?beds_min=2")
        again = chart(move.url.partition("?")[2])
        assert (again is None) == (move.name == "Whole area")
    boxes = {move.name: QueryDict(move.url.partition("?")[2]).get("box") for move in drawn.moves}
    if box.startswith("41"):
        inner, north = box_of(boxes["Zoom in"] or ""), box_of(boxes["North"] or "")
        assert now.south < inner.south < inner.north < now.north
        assert north.north > now.north > north.south
    assert ("Zoom in" in boxes) == (now.north - now.south > 0.001)


def test_the_bar_is_as_long_as_it_says() -> None:
    # 0.0724 degrees of latitude are 5.002 miles, and fill the height between the margins.
    drawn = chart("box=41.6,-83.6,41.6724,-83.55")
    assert drawn is not None
    assert (drawn.miles, drawn.bar) == ("2", 149)


@pytest.mark.django_db
def test_the_page_draws_what_it_lists(
    agent_client: Client,
    make_listing: MakeListing,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        make_listing(latitude=41.6 + number / 1000, neighbourhood="ab"[number % 2], title='"<b>')
    agent_client.get("/search")
    with django_assert_max_num_queries(7):
        text = agent_client.get("/search?view=map&beds_min=1").content.decode()
    assert 'aria-label="1: &quot;&lt;b&gt;, $100,000"' in text
    assert len(re.findall('class="pin"', text)) == 24
    assert 'aria-label="a, 15 homes"' in text
    assert '<input type="hidden" name="view" value="map"' in text
    assert '<a href="/search?beds_min=1">Show as a list</a>' in text
    for url in re.findall(r'<li><a href="([^"]+)">(?:Zoom|North|West)', text):
        assert agent_client.get(unescape(url)).status_code == 200


@pytest.mark.django_db
def test_a_list_has_no_map(client: Client, make_listing: MakeListing) -> None:
    make_listing()
    text = client.get("/search?view=list&page=1").content.decode()
    assert "<svg viewBox" not in text
    assert '<a href="/search?view=map">Show on a map</a>' in text
