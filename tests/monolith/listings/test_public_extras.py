"""What the outer world reads of the site: maps, feeds, old addresses, structured data."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.listings import services
from monolith.listings.locator import HEIGHT, WIDTH, locate
from monolith.listings.models import Listing, PriceChange
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db


def test_similar_homes_are_near_in_price_and_size(
    client: Client, make_listing: MakeListing
) -> None:
    home = make_listing()
    make_listing(title="Same price, thrice the size", living_area=3600)
    for number in range(4):
        make_listing(title=f"Alike {number}", price=105_000, living_area=1250)
    make_listing(title="Elsewhere", neighbourhood="Far away")
    page = client.get(home.get_absolute_url()).content.decode()
    assert page.count("Alike") == 4
    assert "thrice" not in page
    assert "Elsewhere" not in page


def test_structured_data_cannot_end_its_element(client: Client, make_listing: MakeListing) -> None:
    hostile = "</script><script>alert('&')</script>"
    home = make_listing(title=hostile)
    answer = client.get(home.get_absolute_url())
    found = re.search(r'ld\+json">(.*?)</script>', answer.content.decode())
    assert found
    told = json.loads(found[1])
    assert told["name"] == hostile
    assert told["url"] == f"http://testserver{home.get_absolute_url()}"
    assert answer["Link"] == f'<{told["url"]}>; rel="canonical"'


def test_ten_prices_are_shown_and_the_others_on_their_own_page(
    client: Client, listing: Listing
) -> None:
    PriceChange.objects.bulk_create(
        PriceChange(listing=listing, old_price=1000 + n, new_price=1001 + n) for n in range(12)
    )
    page = client.get(listing.get_absolute_url()).content.decode()
    everything = client.get(f"/homes/{listing.pk}/prices/").content.decode()
    assert f"/homes/{listing.pk}/prices/" in page
    assert (page.count("<time datetime"), everything.count("<time datetime")) == (11, 12)


@pytest.mark.parametrize(("status", "code"), [("draft", 404), ("withdrawn", 410), ("sold", 200)])
def test_prices_are_as_public_as_their_home(
    client: Client, make_listing: MakeListing, status: str, code: int
) -> None:
    home = make_listing(status=status)
    assert client.get(f"/homes/{home.pk}/prices/").status_code == code


@pytest.mark.parametrize(("status", "code"), [("draft", 404), ("withdrawn", 410), ("sold", 301)])
@pytest.mark.parametrize("old", ["/listings/{}/", "/listing.php?id={}"])
def test_old_addresses_lead_to_the_home_for_good(
    client: Client, make_listing: MakeListing, old: str, status: str, code: int
) -> None:
    home = make_listing(status=status)
    answer = client.get(old.format(home.pk))
    assert answer.status_code == code
    assert answer.get("Location") == (home.get_absolute_url() if code == 301 else None)


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "9" * 30, "9" * 5000, "%00"])
def test_an_old_address_of_nothing_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/listing.php?id={number}").status_code == 404


def test_the_map_of_the_site_names_every_listed_home_in_few_queries(
    client: Client,
    make_listing: MakeListing,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    homes = [make_listing() for _ in range(5)]
    hidden = make_listing(status="draft")
    assert "/sitemap-homes.xml" in client.get("/sitemap.xml").content.decode()
    with django_assert_max_num_queries(3):
        page = client.get("/sitemap-homes.xml").content.decode()
    assert all(home.get_absolute_url() in page for home in homes)
    assert hidden.get_absolute_url() not in page
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("path", ["/sitemap-x.xml", "/sitemap-homes.xml?p=99"])
def test_a_map_that_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_feed_tells_new_and_reduced_homes(client: Client, make_listing: MakeListing) -> None:
    make_listing(title="Pasted \x0b & <b>")
    services.reprice(make_listing(title="Cheaper").pk, 90_000)
    make_listing(title="Secret", status="draft")
    feed = ElementTree.fromstring(client.get("/feed.atom").content)
    titles = [entry.text for entry in feed.iterfind("{*}entry/{*}title")]
    assert titles == ["Reduced: Cheaper, $90,000", "New: Pasted  & <b>, $100,000"]


def test_the_locator_has_north_up_and_keeps_every_dot_inside() -> None:
    drawing = locate((-83.6, 41.6), [(-83.5, 41.7), (-83.7, 41.5)])
    (right, top), (left, bottom) = drawing.others
    assert 0 < left < drawing.here[0] < right < WIDTH
    assert 0 < top < drawing.here[1] < bottom < HEIGHT
    assert locate((-83.6, 41.6), []).here == (WIDTH // 2, HEIGHT // 2)
