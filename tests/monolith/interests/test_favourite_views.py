"""Favourites on the site: a button on each home's page, and a page of one's own."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.accounts.models import User
from monolith.interests.models import Favourite
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db


def address(listing: Listing, step: str) -> str:
    return f"/saved/homes/{listing.pk}/{step}/"


def test_strangers_are_asked_to_log_in_and_come_back_to_the_home(
    client: Client, listing: Listing
) -> None:
    assert client.get("/saved/")["Location"] == "/accounts/login/?next=/saved/"
    for step in ("add", "remove"):
        answer = client.post(address(listing, step))
        assert answer["Location"] == f"/accounts/login/?next=/homes/{listing.pk}/"
    page = client.get(listing.get_absolute_url()).content.decode()
    assert (
        f'href="/accounts/login/?next=%2Fhomes%2F{listing.pk}-plain-home%2F">Log in</a> to keep'
        in page
    )
    assert "Add to favourites" not in page


def test_a_home_is_added_and_removed_on_its_page(buyer_client: Client, listing: Listing) -> None:
    page = buyer_client.get(listing.get_absolute_url()).content.decode()
    assert f'action="{address(listing, "add")}"' in page
    answer = buyer_client.post(address(listing, "add"), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == listing.get_absolute_url()
    assert "This home is among your favourites." in page
    assert "Remove from favourites" in page
    answer = buyer_client.post(address(listing, "remove"), {"from_home": "1"}, follow=True)
    assert answer.redirect_chain[-1][0] == listing.get_absolute_url()
    assert not Favourite.objects.exists()


def test_looking_changes_nothing(buyer_client: Client, listing: Listing) -> None:
    for step in ("add", "remove"):
        assert buyer_client.get(address(listing, step)).status_code == 405


def test_a_post_without_its_token_is_refused(buyer: User, listing: Listing) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(buyer)
    assert client.post(address(listing, "add")).status_code == 403
    assert not Favourite.objects.exists()


@pytest.mark.parametrize("number", [0, 99, 10**30])
def test_what_does_not_exist_is_not_added(buyer_client: Client, number: int) -> None:
    assert buyer_client.post(f"/saved/homes/{number}/add/").status_code == 404
    assert buyer_client.post(f"/saved/homes/{number}/remove/").status_code == 302


def test_a_draft_does_not_exist(buyer_client: Client, make_listing: MakeListing) -> None:
    draft = make_listing(status="draft", listed_at=None)
    assert buyer_client.post(address(draft, "add")).status_code == 404


def test_homes_that_left_the_market_are_marked(
    buyer_client: Client, buyer: User, make_listing: MakeListing
) -> None:
    for status in ("active", "sold", "withdrawn"):
        Favourite.objects.create(account=buyer, listing=make_listing(title=status, status=status))
    page = buyer_client.get("/saved/").content.decode()
    assert page.count('<div class="card">') == 3
    assert page.count("This home was sold.") == 1
    assert page.count("This home is no longer on the market.") == 1
    gone = Listing.objects.get(status="withdrawn")
    # Its own page is gone, so nothing leads there; but it can be removed.
    assert gone.get_absolute_url() not in page
    assert address(gone, "remove") in page


def test_everybody_sees_their_own(
    buyer_client: Client, agent_client: Client, buyer: User, listing: Listing
) -> None:
    Favourite.objects.create(account=buyer, listing=listing)
    assert "Plain home" in buyer_client.get("/saved/").content.decode()
    assert "You keep no homes yet." in agent_client.get("/saved/").content.decode()
    agent_client.post(address(listing, "remove"))
    assert Favourite.objects.count() == 1


def test_many_favourites_cost_no_more_queries(
    buyer_client: Client,
    buyer: User,
    make_listing: MakeListing,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(25):
        Favourite.objects.create(account=buyer, listing=make_listing())
    # Session, user, groups of the header, count, page.
    with django_assert_max_num_queries(6):
        page = buyer_client.get("/saved/").content.decode()
    assert page.count('<div class="card">') == 24
    assert "page 2 of 2" in buyer_client.get("/saved/?page=99").content.decode()
    assert buyer_client.get("/saved/?page=x").status_code == 200
