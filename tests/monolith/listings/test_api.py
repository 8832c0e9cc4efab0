"""`/api/v1/listings`: public homes as JSON."""

import pytest
from django.test import Client

from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db


def test_a_home_is_told_as_json_without_its_seller(client: Client, listing: Listing) -> None:
    answer = client.get(f"/api/v1/listings/{listing.pk}").json()
    assert answer["url"] == listing.get_absolute_url()
    assert answer["agent"] == "Ada Agent"
    assert "seller_name" not in answer


@pytest.mark.parametrize(("status", "code"), [("draft", 404), ("withdrawn", 410)])
def test_a_home_that_is_not_public_is_refused(
    client: Client, make_listing: MakeListing, status: str, code: int
) -> None:
    listing = make_listing(status=status, listed_at=None)
    assert client.get(f"/api/v1/listings/{listing.pk}").status_code == code


def test_an_absurd_number_is_not_found(client: Client) -> None:
    assert client.get("/api/v1/listings/99999999999999999999").status_code == 404


def test_the_list_has_what_is_public_newest_first_in_pages(
    client: Client, make_listing: MakeListing
) -> None:
    for status in ("draft", "withdrawn"):
        make_listing(status=status)
    older, newer = make_listing(status="sold"), make_listing()

    first = client.get("/api/v1/listings?page_size=1").json()
    second = client.get(first["next"]).json()

    assert first["count"] == 2
    assert [page["results"][0]["id"] for page in (first, second)] == [newer.pk, older.pk]
    assert client.get("/api/v1/listings?page=999").status_code == 404
    assert client.get("/api/v1/listings?page=0").status_code == 404
    assert client.get("/api/v1/listings?page_size=x").status_code == 400
