"""What people keep changes in the services only, and each change tells of itself once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cdc.contracts.events import (
    FavouriteAdded,
    FavouriteRemoved,
    SavedSearchChanged,
    SavedSearchCreated,
    SavedSearchRemoved,
)
from monolith.accounts.models import User
from monolith.errors import HomeNotListed, TooManySearches
from monolith.interests import services
from monolith.interests.models import Favourite, SavedSearch, Shelf
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing
from tests.monolith.interests.events import published

pytestmark = pytest.mark.django_db


def save_search(account_id: int) -> SavedSearch:
    criteria = {"q": "porch", "beds_min": 3}
    return services.create_search(account_id, name="Near", frequency="daily", criteria=criteria)


def test_favourites_come_and_go_with_rising_versions(buyer: User, listing: Listing) -> None:
    assert services.add_favourite(buyer.pk, listing.pk)
    assert services.remove_favourite(buyer.pk, listing.pk)
    assert services.add_favourite(buyer.pk, listing.pk)
    added, removed = FavouriteAdded(buyer.pk, listing.pk), FavouriteRemoved(buyer.pk, listing.pk)
    assert published() == [(added, 2), (removed, 3), (added, 4)]
    assert added.aggregate_id == str(buyer.pk)


def test_what_changes_nothing_tells_nothing(buyer: User, listing: Listing) -> None:
    assert not services.remove_favourite(buyer.pk, listing.pk)
    services.add_favourite(buyer.pk, listing.pk)
    assert not services.add_favourite(buyer.pk, listing.pk)
    assert len(published()) == 1
    assert Favourite.objects.count() == 1


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_a_home_that_visitors_cannot_see_is_not_kept(
    buyer: User, make_listing: MakeListing, status: str
) -> None:
    hidden = make_listing(status=status, listed_at=None)
    for number in (hidden.pk, 10**30):
        with pytest.raises(HomeNotListed):
            services.add_favourite(buyer.pk, number)
    assert published() == []


def test_a_home_that_left_the_market_stays_kept(buyer: User, listing: Listing) -> None:
    services.add_favourite(buyer.pk, listing.pk)
    Listing.objects.filter(pk=listing.pk).update(status="withdrawn")
    assert not services.add_favourite(buyer.pk, listing.pk)
    assert services.remove_favourite(buyer.pk, listing.pk)


def test_a_search_tells_its_whole_life(buyer: User) -> None:
    search = save_search(buyer.pk)
    services.change_search(buyer.pk, search.pk, name="Near", frequency="weekly")
    services.change_search(buyer.pk, search.pk, name="Near", frequency="weekly")
    services.remove_search(buyer.pk, search.pk)
    criteria = '{"beds_min": 3, "q": "porch"}'
    assert published() == [
        (SavedSearchCreated(search.pk, buyer.pk, criteria, "daily"), 1),
        (SavedSearchChanged(search.pk, buyer.pk, criteria, "weekly"), 2),
        (SavedSearchRemoved(search.pk, buyer.pk), 3),
    ]


def test_somebody_elses_search_does_not_exist(buyer: User, agent: User) -> None:
    search = save_search(buyer.pk)
    with pytest.raises(SavedSearch.DoesNotExist):
        services.change_search(agent.pk, search.pk, name="Mine")
    with pytest.raises(SavedSearch.DoesNotExist):
        services.remove_search(agent.pk, search.pk)
    assert len(published()) == 1


def test_fifty_searches_are_the_limit_of_each_account(buyer: User, agent: User) -> None:
    many = [SavedSearch(account=buyer, name="x", criteria={}, frequency="none") for _ in range(50)]
    SavedSearch.objects.bulk_create(many)
    with pytest.raises(TooManySearches, match="50"):
        save_search(buyer.pk)
    assert save_search(agent.pk).pk


@pytest.mark.parametrize("change", ["add", "save"])
def test_changes_of_one_account_queue_at_its_shelf(
    buyer: User, listing: Listing, change: str
) -> None:
    Shelf.objects.create(account=buyer)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        if change == "add":
            services.add_favourite(buyer.pk, listing.pk)
        else:
            save_search(buyer.pk)
    said = [query["sql"] for query in queries]
    locked = next(
        i for i, sql in enumerate(said) if "interests_shelf" in sql and "FOR UPDATE" in sql
    )
    looked = next(i for i, sql in enumerate(said) if "_favourite" in sql or "_savedsearch" in sql)
    assert locked < looked
