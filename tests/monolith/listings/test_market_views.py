"""Off the market and back, each behind a page that says what it means."""

import pytest
from django.test import Client

from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing
from tests.monolith.listings.test_services import published

pytestmark = pytest.mark.django_db


def test_a_home_is_withdrawn_with_its_reason_and_comes_back(
    agent_client: Client, listing: Listing
) -> None:
    url = f"/agent/listings/{listing.pk}"
    assert "page will say that it is gone" in agent_client.get(f"{url}/withdraw/").content.decode()
    agent_client.post(f"{url}/withdraw/", {"reason": "seller_decided"})
    listing.refresh_from_db()
    assert listing.status == "withdrawn"
    assert [type(event).__name__ for event, _ in published()] == [
        "ListingStatusChanged",
        "ListingWithdrawn",
    ]
    again = agent_client.post(f"{url}/withdraw/", {"reason": "mistake"})
    assert again.status_code == 400
    assert "cannot become withdrawn" in again.content.decode()
    assert "Relist Plain home" in agent_client.get("/agent/").content.decode()
    assert agent_client.get(f"{url}/relist/").status_code == 200
    assert agent_client.post(f"{url}/relist/")["Location"] == listing.get_absolute_url()


@pytest.mark.parametrize("reason", ["", "bored", "\x00", "x" * 9999])
def test_a_reason_that_is_none_is_refused(
    agent_client: Client, listing: Listing, reason: str
) -> None:
    answer = agent_client.post(f"/agent/listings/{listing.pk}/withdraw/", {"reason": reason})
    assert answer.status_code == 400
    listing.refresh_from_db()
    assert listing.status == "active"


def test_a_draft_that_was_given_up_comes_back_when_it_is_complete(
    agent_client: Client, make_listing: MakeListing
) -> None:
    draft = make_listing(status="withdrawn", listed_at=None, price=0, description="")
    url = f"/agent/listings/{draft.pk}/relist/"
    assert "Add the price" in agent_client.get(url).content.decode()
    answer = agent_client.post(url)
    assert answer.status_code == 400
    assert "fill in: description, price" in answer.content.decode()


def test_only_what_was_withdrawn_comes_back(
    agent_client: Client, make_listing: MakeListing
) -> None:
    for status in ("draft", "active", "sold"):
        home = make_listing(status=status)
        assert agent_client.post(f"/agent/listings/{home.pk}/relist/").status_code == 400
        home.refresh_from_db()
        assert home.status == status
