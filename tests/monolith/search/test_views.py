"""The search's page and JSON: the promises that the extracted search keeps as well."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db
BAD = "q=%00&price_min=-1&beds_min=x&sort=odd&neighbourhood=Nowhere&page=zz"


def test_the_page_lists_the_found_homes(client: Client, make_listing: MakeListing) -> None:
    make_listing(price=123_450, previous_price=130_000)
    text = client.get("/search?q=plain&beds_min=3").content.decode()
    assert "<strong>1 home</strong>" in text
    assert "$123,450 <small>reduced from <s>$130,000</s></small>" in text
    assert "3 beds · 1.5 baths · 1,200 sq ft · 5,000 sq ft lot · built 1950" in text
    assert 'name="beds_min" value="3"' in text


def test_a_search_is_kept_from_its_page(client: Client) -> None:
    text = client.get("/search?q=a+b&beds_min=3&page=2").content.decode()
    assert '<a href="/saved/searches/new?q=a+b&amp;beds_min=3">Save this search</a>' in text
    assert '<a href="/saved/searches/new">' in client.get("/search").content.decode()


def test_a_place_gives_distances(client: Client, make_listing: MakeListing) -> None:
    make_listing()
    query = "near=41.66,-83.6&within=2&sort=distance&box=41,-84,42,-83"
    assert "0.7 miles away" in client.get(f"/search?{query}").content.decode()
    (home,) = client.get(f"/api/v1/search?{query}").json()["results"]
    assert (list(home)[-1], home["distance_m"]) == ("distance_m", 1112)
    # The box is no field that people fill in; it goes on with the next search.
    page = client.get(f"/search?{query}").content.decode()
    assert '<input type="hidden" name="box" value="41,-84,42,-83"' in page


def test_a_bad_box_is_explained_and_not_sent_again(client: Client) -> None:
    page = client.get("/search?box=42,-84,41,-83")
    text = page.content.decode()
    assert page.status_code == 400
    assert "South must be below north" in text
    assert 'name="box"' not in text


def test_an_empty_result_helps_on(client: Client) -> None:
    assert "No home fits all of that" in client.get("/search").content.decode()


def test_pages_beyond_the_last_show_the_last(client: Client, make_listing: MakeListing) -> None:
    for _ in range(25):
        make_listing()
    answer = client.get("/api/v1/search?page=2147483647").json()
    assert (answer["count"], answer["page"], answer["pages"]) == (25, 2, 2)
    assert len(answer["results"]) == 1
    text = client.get("/search?beds_min=1").content.decode()
    assert '<a rel="next" href="/search?beds_min=1&amp;page=2">Next</a>' in text


def test_a_bad_question_is_answered_with_what_is_wrong(client: Client) -> None:
    page, answer = client.get(f"/search?{BAD}"), client.get(f"/api/v1/search?{BAD}")
    assert (page.status_code, answer.status_code) == (400, 400)
    assert "Enter a whole number from 0 to 2,147,483,647." in page.content.decode()
    wrong = ["q", "price_min", "beds_min", "neighbourhood", "sort", "page"]
    assert list(answer.json()["errors"]) == wrong


def test_hostile_words_are_shown_as_words(client: Client) -> None:
    text = client.get("/search", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>" not in text


def test_the_json_has_these_keys_in_this_order(client: Client, make_listing: MakeListing) -> None:
    home = make_listing()
    answer = client.get("/api/v1/search")
    assert answer.content.decode() == json.dumps(
        {
            "count": 1,
            "page": 1,
            "pages": 1,
            "results": [
                {
                    "id": home.pk,
                    "url": f"/homes/{home.pk}-plain-home/",
                    "title": "Plain home",
                    "price": 100000,
                    "previous_price": None,
                    "beds": 3,
                    "baths": 1,
                    "half_baths": 1,
                    "living_area": 1200,
                    "lot_size": 5000,
                    "year_built": 1950,
                    "stories": "One",
                    "wall": "Wood",
                    "garage": "Attached",
                    "neighbourhood": "Westgate",
                    "address": "101 Ash Street",
                    "zip_code": "43606",
                    "latitude": 41.65,
                    "longitude": -83.6,
                    "status": "active",
                    "listed_at": "2026-05-04T09:30:00Z",
                    "version": 1,
                }
            ],
            "facets": {
                "neighbourhood": [{"value": "Westgate", "count": 1}],
                "beds": [{"value": 3, "count": 1}],
                "status": [{"value": "active", "count": 1}],
                "stories": [{"value": "One", "count": 1}],
                "wall": [{"value": "Wood", "count": 1}],
                "garage": [{"value": "Attached", "count": 1}],
            },
        },
        separators=(",", ":"),
    )


@pytest.mark.parametrize("url", ["/search", "/api/v1/search", f"/search?{BAD}"])
def test_no_shared_cache_may_keep_an_answer(client: Client, url: str) -> None:
    headers = client.get(url).headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Vary"] == "Cookie"


def test_only_reading_is_possible(client: Client) -> None:
    assert client.head("/search").status_code == 200
    assert client.post("/search").status_code == 405


def test_the_header_is_the_readers(agent_client: Client, client: Client) -> None:
    assert "Ada Agent" in agent_client.get("/search").content.decode()
    text = client.get("/search?q=a&beds_min=1").content.decode()
    assert "/accounts/login/?next=%2Fsearch%3Fq%3Da%26beds_min%3D1" in text


def test_the_search_asks_the_database_less_than_eight_times(
    agent_client: Client,
    make_listing: MakeListing,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(30):
        make_listing()
    agent_client.get("/search")
    with django_assert_max_num_queries(7):
        agent_client.get("/search?q=porch")


def test_a_home_leads_to_the_homes_around_it(client: Client, make_listing: MakeListing) -> None:
    home = make_listing(latitude=41.649294, longitude=-83.551054)
    make_listing(latitude=41.65, longitude=-83.55)
    text = client.get(home.get_absolute_url()).content.decode()
    (link,) = re.findall(r'<a href="([^"]+)">Homes within a mile</a>', text)
    near = client.get(unescape(link))
    assert (near.status_code, near.context["pager"].count) == (200, 2)
    assert next(iter(near.context["homes"])).url == home.get_absolute_url()
