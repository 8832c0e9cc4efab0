"""Listing a home step by step: kept from the first answer on, published when complete."""

from typing import Any

import pytest
from django.test import Client

from cdc.outbox.models import OutboxEvent
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db

PLACE = {
    "address": "12 Elm Street",
    "neighbourhood": "westgate",
    "zip_code": "43606",
    "latitude": "41.66",
    "longitude": "-83.55",
    "seller_name": "Selma",
}
FACTS = {"beds": "3", "living_area": "1200", "stories": "One", "wall": "Brick", "garage": "Carport"}
WORDS = {"title": "Elm house", "description": "Quiet."}


def step(listing: Listing, name: str) -> str:
    return f"/agent/listings/{listing.pk}/{name}/"


def answered(listing: Listing, **answers: Any) -> dict[str, Any]:
    listing.refresh_from_db()
    return {"seen_version": listing.version, **answers}


def test_a_home_is_listed_in_steps_and_each_tells_what_it_was(
    agent_client: Client, listing: Listing
) -> None:
    answer = agent_client.post("/agent/listings/new/", PLACE)
    home = Listing.objects.latest("pk")
    assert (home.status, home.neighbourhood, str(home)) == ("draft", "Westgate", "12 Elm Street")
    assert answer["Location"] == step(home, "facts")
    assert "Continue 12 Elm Street" in agent_client.get("/agent/").content.decode()
    for name, answers in (("facts", FACTS), ("words", WORDS), ("price", {"price": "90000"})):
        page = agent_client.get(step(home, name)).content.decode()
        assert 'aria-current="step"' in page
        assert ">Back</a>" in page
        assert agent_client.post(step(home, name), answered(home, **answers)).status_code == 302
    published = agent_client.post(step(home, "review"))
    assert published["Location"] == f"/homes/{home.pk}-elm-house/"
    home.refresh_from_db()
    assert (home.status, home.price, home.wall, home.lot_size) == ("active", 90_000, "Brick", 0)
    assert home.previous_price is None
    events = OutboxEvent.objects.order_by("aggregate_version")
    assert list(events.values_list("event_type", "aggregate_version")) == [
        ("ListingCreated", 1),
        ("ListingRevised", 2),
        ("ListingRevised", 3),
        ("ListingRepriced", 4),
        ("ListingPublished", 5),
    ]


def test_what_a_draft_lacks_is_named_with_the_way_there(agent_client: Client) -> None:
    agent_client.post("/agent/listings/new/", PLACE)
    home = Listing.objects.latest("pk")
    for answer in (agent_client.get(step(home, "review")), agent_client.post(step(home, "review"))):
        page = answer.content.decode()
        assert f'<a href="{step(home, "words")}">Add the description</a>' in page
        assert f'<a href="{step(home, "price")}">Add the price</a>' in page
    assert answer.status_code == 400
    assert agent_client.get(home.get_absolute_url()).status_code == 200
    home.refresh_from_db()
    assert home.status == "draft"


def test_a_home_without_a_position_lies_amid_its_neighbours(
    agent_client: Client, listing: Listing
) -> None:
    bare = {**PLACE, "latitude": "", "longitude": ""}
    assert agent_client.post("/agent/listings/new/", bare).status_code == 302
    home = Listing.objects.latest("pk")
    assert (home.latitude, home.longitude) == (listing.latitude, listing.longitude)
    unknown = agent_client.post("/agent/listings/new/", {**bare, "neighbourhood": "Nowhere"})
    assert "no other home is known" in unknown.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("address", "", "Enter the address."),
        ("address", "a\x00b", "Null characters are not allowed."),
        ("neighbourhood", "x" * 61, "at most 60 characters"),
        ("zip_code", "４３６０６", "five digits"),
        ("zip_code", "43606\n", ""),
        ("latitude", "nan", "Enter a number."),
        ("latitude", "1e400", "Enter a number."),
        ("latitude", "91", "must lie in Lucas County"),
        ("longitude", "", "both, or neither"),
        ("seller_name", "x" * 81, "at most 80 characters"),
    ],
)
def test_a_bad_first_answer_is_explained_and_makes_no_draft(
    agent_client: Client, field: str, value: str, message: str
) -> None:
    answer = agent_client.post("/agent/listings/new/", {**PLACE, field: value})
    if message:
        assert (answer.status_code, Listing.objects.count()) == (400, 0)
        assert message in answer.content.decode()
    else:
        assert Listing.objects.get().zip_code == "43606"


@pytest.mark.parametrize(
    ("name", "field", "value", "message"),
    [
        ("facts", "beds", "-1", "greater than or equal to 0"),
        ("facts", "rooms", "9" * 30, "less than or equal to 99"),
        ("facts", "year_built", "1066", "Enter a year from 1800"),
        ("facts", "stories", "Nine", "Select a valid choice"),
        ("words", "title", " ", "Enter a title."),
        ("words", "description", "x" * 4001, "at most 4000 characters"),
        ("price", "price", "0", "Enter a price in whole dollars"),
    ],
)
def test_a_bad_answer_is_explained_and_nothing_is_saved(
    agent_client: Client, listing: Listing, name: str, field: str, value: str, message: str
) -> None:
    good = {"facts": FACTS, "words": WORDS, "price": {"price": "1"}}[name]
    answer = agent_client.post(step(listing, name), answered(listing, **{**good, field: value}))
    assert answer.status_code == 400
    assert message in answer.content.decode()
    listing.refresh_from_db()
    assert listing.version == 1


@pytest.mark.parametrize("version", [None, "7", "x"])
def test_an_answer_to_another_state_of_the_listing_is_not_saved_at_once(
    agent_client: Client, listing: Listing, version: str | None
) -> None:
    given = WORDS if version is None else {**WORDS, "seen_version": version}
    answer = agent_client.post(step(listing, "words"), given)
    page = answer.content.decode()
    listing.refresh_from_db()
    assert (answer.status_code, listing.title) == (400, "Plain home")
    assert "The listing as it is now" in page
    assert 'name="seen_version" value="1"' in page
    assert 'value="Elm house"' in page


def test_the_facts_of_a_home_on_the_market_are_corrected_in_place(
    agent_client: Client, make_listing: MakeListing
) -> None:
    home = make_listing(beds=0)
    page = agent_client.get(step(home, "facts")).content.decode()
    assert "Save changes" in page
    assert 'name="beds" min="0" max="99"' in page
    answer = agent_client.post(step(home, "facts"), answered(home, **FACTS), follow=True)
    assert "Your changes are saved." in answer.content.decode()
    assert agent_client.get(step(home, "review"))["Location"] == step(home, "edit")
