"""What a person keeps is theirs to take, and goes with their account."""

import pytest
from django.test import Client

from monolith.accounts import services as accounts
from monolith.accounts.models import User
from monolith.interests import services
from monolith.interests.models import Favourite, SavedSearch, Shelf
from monolith.listings.models import Listing
from tests.monolith.interests.events import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(buyer: User, listing: Listing) -> User:
    services.add_favourite(buyer.pk, listing.pk)
    wish = {"q": "porch"}
    services.create_search(buyer.pk, name="Mine", frequency="daily", criteria=wish)
    return buyer


def test_the_export_holds_what_is_kept(buyer_client: Client, keeper: User) -> None:
    data = buyer_client.get("/account/export/").json()
    assert [home["listing__title"] for home in data["favourites"]] == ["Plain home"]
    assert [search["criteria"] for search in data["saved_searches"]] == [{"q": "porch"}]


def test_a_deleted_account_keeps_nothing_and_says_so(keeper: User) -> None:
    accounts.delete(keeper.pk)
    for model in (Favourite, SavedSearch, Shelf):
        assert not model.objects.exists()
    said = [type(event).__name__ for event, _ in published()]
    assert said[2:] == ["FavouriteRemoved", "SavedSearchRemoved"]
