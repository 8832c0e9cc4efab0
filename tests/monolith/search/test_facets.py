"""Facets: counts of the found homes, and links that find as many as they say."""

import re
from html import unescape

import pytest
from django.test import Client

from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def homes(make_listing: MakeListing) -> None:
    for beds, wall, status in ((2, "Brick", "active"), (3, "Wood", "active"), (3, "Wood", "sold")):
        make_listing(beds=beds, wall=wall, status=status)
    make_listing(beds=0, wall="", neighbourhood="Élan", status="pending")


def facets(client: Client, query: str) -> dict[str, list[tuple[object, int]]]:
    told = client.get(f"/api/v1/search?{query}").json()["facets"]
    return {name: [(each["value"], each["count"]) for each in told[name]] for name in told}


def test_each_value_is_counted_among_the_found_homes(client: Client) -> None:
    assert facets(client, "") == {
        "neighbourhood": [("Westgate", 2), ("Élan", 1)],
        "beds": [(2, 2), (3, 1)],
        "status": [("active", 2), ("pending", 1)],
        "stories": [("One", 3)],
        "wall": [("", 1), ("Brick", 1), ("Wood", 1)],
        "garage": [("Attached", 3)],
    }
    sold = facets(client, "status=sold&q=porch")
    assert (sold["status"], sold["wall"]) == ([("sold", 1)], [("Wood", 1)])


def test_nothing_found_counts_nothing(client: Client) -> None:
    assert set(map(len, facets(client, "q=xylophone").values())) == {0}


def links(client: Client, query: str) -> dict[str, tuple[str, int]]:
    text = client.get(f"/search?{query}").content.decode()
    found = re.findall(r'<li><a href="([^"]+)">([^<]+)</a> <small>(\d+)</small>', text)
    return {unescape(words): (unescape(url), int(count)) for url, words, count in found}


def test_a_link_finds_as_many_homes_as_it_says(client: Client) -> None:
    found = links(client, "status=any&price_min=5")
    assert found["3 or more"] == ("/search?price_min=5&beds_min=3&status=any", 2)
    assert {"Sold", "Élan", "Brick", "Wood"} < set(found)
    for url, count in found.values():
        assert client.get(url.replace("/search", "/api/v1/search")).json()["count"] == count


def test_what_is_decided_or_common_to_all_is_not_offered(client: Client) -> None:
    assert set(links(client, "status=any&wall=Wood")) == {"Sold", "For sale, no offer yet"}
    assert "Narrow down" not in client.get("/search?wall=Brick").content.decode()
