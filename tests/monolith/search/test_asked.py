"""What a search asks for, in words, and what to leave out when nothing fits."""

import re
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.search.asked import Asked, asked_of
from monolith.search.forms import SearchForm
from tests.monolith.conftest import MakeListing


def asked(query: str) -> list[Asked]:
    names = ("stories", "wall", "garage", "neighbourhood")
    form = SearchForm(QueryDict(query), {name: ["Twin Oaks"] for name in names})
    assert form.is_valid(), form.errors
    return asked_of(form)


def test_each_criterion_is_said_and_can_be_dropped() -> None:
    query = "price_max=200000&year_min=1950&neighbourhood=Twin+Oaks&sort=price_asc&page=2&view=map"
    rest = "neighbourhood=Twin+Oaks&sort=price_asc&view=map"
    found = asked(query)
    assert [(each.label, each.words) for each in found] == [
        ("Price to ($)", "200,000"),
        ("Built in or after", "1950"),
        ("Neighbourhood", "Twin Oaks"),
    ]
    assert found[0].url == f"/search?year_min=1950&{rest}"
    assert asked("") == []


def test_what_is_measured_from_a_place_goes_with_it() -> None:
    near, within, box = asked("near=41.6,-83.5&within=0.5&sort=distance&box=1,2,3,4&beds_min=0")[1:]
    assert near.words == "41.6, -83.5"
    assert near.url == "/search?beds_min=0&box=1%2C2%2C3%2C4"
    assert (within.words, box.words) == ("Half a mile", "1, 2, 3, 4")
    assert "sort=distance" in within.url


@pytest.mark.django_db
def test_an_empty_result_says_what_to_leave_out(
    client: Client, make_listing: MakeListing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_listing(beds=2)
    make_listing(beds=4, status="sold", neighbourhood="Élan")
    query = "q=porch&beds_min=3&price_max=500000&near=41.65,-83.6&within=1"
    client.get("/search")
    with django_assert_max_num_queries(7):
        text = client.get(f"/search?{query}").content.decode()
    drops = re.findall(r'<li><a href="([^"]+)">Without ([^<]+)</a>, (\d+) homes?</li>', text)
    assert [(words, count) for _, words, count in drops] == [("Bedrooms, at least: 3", "1")]
    assert client.get(unescape(drops[0][0])).context["pager"].count == 1
    hopeless = client.get("/search?q=xylophone&beds_min=9").content.decode()
    assert "Leaving out one thing does not help" in hopeless
