"""The public pages of homes, and which of them do not exist for whom."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.accounts.models import User
from monolith.listings import services
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db


def test_the_start_page_shows_new_and_reduced_homes(
    client: Client, make_listing: MakeListing
) -> None:
    make_listing(title="Brand new")
    services.reprice(make_listing(title="Now cheaper").pk, 80_000)
    make_listing(title="Secret", status="draft", listed_at=None)
    page = client.get("/").content.decode()
    assert "Brand new" in page
    assert "reduced from <s>$100,000</s>" in page
    assert "Secret" not in page


def test_the_listing_page_tells_the_home(client: Client, listing: Listing) -> None:
    page = client.get(listing.get_absolute_url())
    text = page.content.decode()
    assert page.status_code == 200
    assert "$100,000" in text
    assert "1,200 sq ft" in text
    assert "Ada Agent" in text
    assert "Selma Seller" not in text


def test_text_from_people_is_escaped(client: Client, make_listing: MakeListing) -> None:
    hostile = make_listing(title="<script>alert(1)</script>", description="<b>bold</b>")
    text = client.get(hostile.get_absolute_url()).content.decode()
    assert "<script>" not in text
    assert "<b>" not in text


@pytest.mark.parametrize("path", ["/homes/{}/", "/homes/{}-old-words/"])
def test_another_slug_is_put_right_for_good(client: Client, listing: Listing, path: str) -> None:
    answer = client.get(path.format(listing.pk))
    assert (answer.status_code, answer["Location"]) == (301, listing.get_absolute_url())


@pytest.mark.parametrize("path", ["/homes/1-x/", "/homes/99999999999999999999-x/", "/homes/x/"])
def test_a_home_that_never_was_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_withdrawn_home_is_gone(client: Client, make_listing: MakeListing) -> None:
    withdrawn = make_listing(status="withdrawn")
    answer = client.get(withdrawn.get_absolute_url())
    assert answer.status_code == 410
    assert "No longer on the market" in answer.content.decode()


def test_a_draft_exists_only_for_its_agent_and_for_staff(
    client: Client,
    agent_client: Client,
    buyer_client: Client,
    make_listing: MakeListing,
    other_agent: User,
    admin_client: Client,
) -> None:
    url = make_listing(status="draft", listed_at=None).get_absolute_url()
    assert client.get(url).status_code == 404
    assert buyer_client.get(url).status_code == 404
    client.force_login(other_agent)
    assert client.get(url).status_code == 404
    assert agent_client.get(url).status_code == 200
    assert admin_client.get(url).status_code == 200


def test_a_listing_page_asks_the_database_less_than_ten_times(
    agent_client: Client,
    listing: Listing,
    make_listing: MakeListing,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(6):
        make_listing()
    agent_client.get(listing.get_absolute_url())
    with django_assert_max_num_queries(9):
        assert agent_client.get(listing.get_absolute_url()).status_code == 200
