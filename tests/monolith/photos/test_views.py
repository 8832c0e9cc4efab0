"""Pictures on the site: found by their names, kept for ever, and nothing else comes this way."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.listings.models import Listing
from tests.monolith.photos.conftest import AddPhotos

pytestmark = pytest.mark.django_db


def test_a_listing_shows_its_photos_with_room_kept_for_each(
    client: Client, listing: Listing, add_photos: AddPhotos
) -> None:
    first, second = add_photos("red", "green")
    page = client.get(listing.get_absolute_url()).content.decode()
    assert re.findall(r'<img src="(\S+)"', page) == [first.src, second.src]
    assert page.count('width="300" height="300"') == 2
    assert f'"image": ["http://testserver{first.src}"' in page
    assert 'fetchpriority="high" alt="Photo 1 of Plain home"' in page
    assert "homes.svg#land" not in page.partition("Similar homes")[0]


def test_a_picture_is_served_once_for_all_times(client: Client, add_photos: AddPhotos) -> None:
    (photo,) = add_photos("red")
    client.get("/")
    answer = client.get(photo.src)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content[8:12] == b"WEBP"


def test_a_picture_costs_no_query(
    agent_client: Client, add_photos: AddPhotos, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    (photo,) = add_photos("red")
    agent_client.get("/")
    with django_assert_num_queries(0):
        assert agent_client.get(photo.src).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/photos/1/../secret.webp",
        "/photos/1/%2e%2e%2fsecret-300.webp",
        "/photos/../photos/secret-300.webp",
        f"/photos/1/{'0' * 32}-300.webp",
        f"/photos/{'9' * 19}/{'0' * 32}-300.webp",
        f"/photos/1/{'0' * 32}-300.webp%00.png",
        f"/photos/1/{'A' * 32}-300.webp",
        "/photos/",
        "/media/secret.webp",
    ],
)
def test_nothing_but_a_picture_of_ours_is_found(client: Client, media: Path, path: str) -> None:
    (media / "secret.webp").write_bytes(b"kept away")
    (media / "photos").mkdir()
    (media / "photos" / "secret-300.webp").write_bytes(b"kept away")
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"kept away" not in answer.content


def test_a_listing_page_with_photos_stays_under_ten_queries(
    agent_client: Client,
    listing: Listing,
    add_photos: AddPhotos,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    add_photos("red", "green", "blue", "white")
    agent_client.get(listing.get_absolute_url())
    with django_assert_max_num_queries(9):
        agent_client.get(listing.get_absolute_url())
