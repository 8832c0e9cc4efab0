"""Facts of a home: each change is one event that names what changed, and no private name."""

import pytest

from cdc.contracts.events import ListingCreated, ListingRevised
from monolith.accounts.models import User
from monolith.listings import drafting
from monolith.listings.models import Listing
from tests.monolith.listings.test_services import published

pytestmark = pytest.mark.django_db

PLACE = {
    "address": "12 Elm Street",
    "neighbourhood": "Westgate",
    "zip_code": "43606",
    "latitude": 41.66,
    "longitude": -83.55,
}


def test_a_draft_begins_with_its_place_alone(agent: User) -> None:
    draft = drafting.create(agent, {**PLACE, "price": 5})
    assert (draft.status, draft.price, draft.listed_at) == ("draft", 0, None)
    assert published() == [(ListingCreated(draft.pk, agent.pk, "draft"), 1)]


def test_a_correction_names_the_changed_facts_in_order(listing: Listing) -> None:
    drafting.correct(listing.pk, {"wall": "Brick", "beds": 4, "baths": listing.baths})
    listing.refresh_from_db()
    assert (listing.wall, listing.beds) == ("Brick", 4)
    assert published() == [(ListingRevised(listing.pk, ("beds", "wall")), 2)]


def test_a_correction_without_a_change_tells_nothing(listing: Listing) -> None:
    drafting.correct(listing.pk, {"beds": listing.beds})
    listing.refresh_from_db()
    assert listing.version == 1
    assert published() == []


def test_the_sellers_name_is_kept_and_never_told(listing: Listing) -> None:
    drafting.correct(listing.pk, {"seller_name": "Sid Seller"})
    listing.refresh_from_db()
    assert listing.seller_name == "Sid Seller"
    assert published() == []
