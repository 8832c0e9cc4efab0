"""An agent's pages: for agents only, and each for their own homes only."""

from typing import Any

import pytest
from django.test import Client

from monolith.accounts.models import User
from monolith.listings import services
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db


def filled(listing: Listing, **changes: Any) -> dict[str, Any]:
    names = ("price", "status", "title", "description")
    changes.setdefault("seen_version", listing.version)
    return {**{name: getattr(listing, name) for name in names}, **changes}


def edit_url(listing: Listing) -> str:
    return f"/agent/listings/{listing.pk}/edit/"


def test_strangers_are_asked_to_log_in(client: Client, listing: Listing) -> None:
    for url in ("/agent/", edit_url(listing)):
        answer = client.get(url)
        assert answer.status_code == 302
        assert answer["Location"] == f"/accounts/login/?next={url}"


def test_buyers_may_not_open_agents_pages(buyer_client: Client, listing: Listing) -> None:
    assert buyer_client.get("/agent/").status_code == 403
    assert buyer_client.post(edit_url(listing), filled(listing, price=1)).status_code == 403


def test_another_agents_listing_does_not_exist(
    client: Client, other_agent: User, listing: Listing
) -> None:
    client.force_login(other_agent)
    assert client.get(edit_url(listing)).status_code == 404
    assert client.post(edit_url(listing), filled(listing, price=1)).status_code == 404
    listing.refresh_from_db()
    assert listing.price == 100_000


def test_agents_see_their_own_listings_page_by_page(
    agent_client: Client, make_listing: MakeListing, other_agent: User
) -> None:
    for _ in range(26):
        make_listing()
    make_listing(agent=other_agent, title="Not mine")
    first = agent_client.get("/agent/").content.decode()
    assert "26 listings, page 1 of 2" in first
    assert "Not mine" not in first
    assert "page 2 of 2" in agent_client.get("/agent/?page=99").content.decode()


def test_an_edit_is_saved_and_said(agent_client: Client, listing: Listing) -> None:
    answer = agent_client.post(edit_url(listing), filled(listing, price=95_000), follow=True)
    listing.refresh_from_db()
    assert listing.price == 95_000
    assert "Your changes are saved." in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("price", "", "Enter the price."),
        ("price", "cheap", "Enter a price in whole dollars"),
        ("price", "0", "Enter a price in whole dollars"),
        ("price", "2147483648", "Enter a price in whole dollars"),
        ("status", "draft", "Select a valid choice"),
        ("title", "", "Enter a title."),
        ("title", "x" * 121, "at most 120 characters"),
        ("title", "nul\x00", "Null characters are not allowed."),
        ("description", " ", "Describe the home"),
    ],
)
def test_a_bad_value_is_explained_and_nothing_is_saved(
    agent_client: Client, listing: Listing, field: str, value: str, message: str
) -> None:
    answer = agent_client.post(edit_url(listing), filled(listing, **{field: value}))
    assert answer.status_code == 400
    assert message in answer.content.decode()
    listing.refresh_from_db()
    assert listing.version == 1


def test_the_form_offers_only_the_next_steps(
    agent_client: Client, make_listing: MakeListing
) -> None:
    draft = make_listing(status="draft", listed_at=None)
    page = agent_client.get(edit_url(draft)).content.decode()
    assert 'value="active"' in page
    assert 'value="sold"' not in page


def test_an_edit_of_what_somebody_else_changed_is_not_saved_at_once(
    agent_client: Client, listing: Listing
) -> None:
    mine = filled(listing, title="Mine", seen_version=listing.version)
    services.reprice(listing.pk, 90_000)
    answer = agent_client.post(edit_url(listing), mine)
    page = answer.content.decode()
    listing.refresh_from_db()
    assert (answer.status_code, listing.title, listing.price) == (400, "Plain home", 90_000)
    assert "Somebody else changed this listing" in page
    assert 'name="seen_version" value="2"' in page
    assert 'value="Mine"' in page
    assert "<dd>$90,000</dd>" in page


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "9" * 30, "\x00"])
def test_an_edit_that_says_not_what_it_was_made_on_is_refused_with_what_there_is(
    agent_client: Client, listing: Listing, version: str
) -> None:
    answer = agent_client.post(edit_url(listing), filled(listing, seen_version=version))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "lost on which state of the listing" in page
    assert 'name="seen_version" value="1"' in page


def test_the_dashboard_counts_and_marks_homes(
    agent_client: Client, make_listing: MakeListing
) -> None:
    home = make_listing()
    make_listing(status="draft", listed_at=None)
    page = agent_client.get("/agent/").content.decode()
    assert page.count("<strong>1</strong>") == 2
    answer = agent_client.post(f"/agent/listings/{home.pk}/sold/", follow=True)
    home.refresh_from_db()
    assert home.status == "sold"
    assert "is now sold" in answer.content.decode()
    again = agent_client.post(f"/agent/listings/{home.pk}/pending/", follow=True)
    assert "cannot become pending" in again.content.decode()


def test_only_its_agent_marks_a_home_and_only_by_posting(
    client: Client, agent_client: Client, buyer_client: Client, other_agent: User, listing: Listing
) -> None:
    url = f"/agent/listings/{listing.pk}/sold/"
    client.force_login(other_agent)
    assert client.post(url).status_code == 404
    assert buyer_client.post(url).status_code == 403
    assert Client().post(url).status_code == 302
    assert agent_client.get(url).status_code == 405
    listing.refresh_from_db()
    assert listing.status == "active"
