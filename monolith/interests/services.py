"""The only code that writes what people keep.

Enters: what a signed-in person decided. Leaves: the row and a domain event in the outbox,
committed together; who changes nothing publishes nothing. Each service locks the account's
shelf first, so that one person's changes queue and the limit holds.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cdc.contracts.events import (
    FavouriteAdded,
    FavouriteRemoved,
    SavedSearchChanged,
    SavedSearchCreated,
    SavedSearchRemoved,
)
from cdc.outbox.publish import publish
from monolith.errors import HomeNotListed, TooManySearches
from monolith.interests.models import Favourite, SavedSearch, Shelf
from monolith.listings.models import Listing
from monolith.versions import save

MAX_SEARCHES = 50


@transaction.atomic
def add_favourite(account_id: int, listing_id: int) -> bool:
    """Keep the home; return whether it is new there. Raises ``HomeNotListed``."""
    shelf = _lock(account_id)
    if Favourite.objects.filter(account_id=account_id, listing_id=listing_id).exists():
        return False
    if not Listing.objects.listed().filter(pk=listing_id).exists():
        raise HomeNotListed
    Favourite.objects.create(account_id=account_id, listing_id=listing_id)
    event = FavouriteAdded(account_id=account_id, listing_id=listing_id)
    publish(event, aggregate_version=_next_version(shelf))
    return True


@transaction.atomic
def remove_favourite(account_id: int, listing_id: int) -> bool:
    """Keep the home no longer; return whether it was kept."""
    shelf = _lock(account_id)
    kept = Favourite.objects.filter(account_id=account_id, listing_id=listing_id)
    if not kept.delete()[0]:
        return False
    event = FavouriteRemoved(account_id=account_id, listing_id=listing_id)
    publish(event, aggregate_version=_next_version(shelf))
    return True


@transaction.atomic
def create_search(
    account_id: int, *, name: str, frequency: str, criteria: Mapping[str, Any]
) -> SavedSearch:
    """Keep a search with normalised ``criteria``. Raises ``TooManySearches``."""
    _lock(account_id)
    if SavedSearch.objects.filter(account_id=account_id).count() >= MAX_SEARCHES:
        raise TooManySearches(MAX_SEARCHES)
    search = SavedSearch.objects.create(
        account_id=account_id, name=name, frequency=frequency, criteria=dict(criteria)
    )
    publish(SavedSearchCreated(**_facts(search)), aggregate_version=search.version)
    return search


@transaction.atomic
def change_search(account_id: int, search_id: int, **changes: Any) -> SavedSearch:
    """Give one's own search another ``name``, ``frequency`` or normalised ``criteria``.

    Raises ``SavedSearch.DoesNotExist``, also for somebody else's.
    """
    search = _lock_search(account_id, search_id)
    changed = [name for name, value in changes.items() if getattr(search, name) != value]
    if not changed:
        return search
    for name in changed:
        setattr(search, name, changes[name])
    save(search, *changed)
    publish(SavedSearchChanged(**_facts(search)), aggregate_version=search.version)
    return search


@transaction.atomic
def remove_search(account_id: int, search_id: int) -> None:
    """Forget one's own search. Raises ``SavedSearch.DoesNotExist``, also for somebody else's."""
    search = _lock_search(account_id, search_id)
    event = SavedSearchRemoved(saved_search_id=search.pk, account_id=account_id)
    # The row has no further version: its removal counts as the next one.
    publish(event, aggregate_version=search.version + 1)
    search.delete()


def _lock(account_id: int) -> Shelf:
    Shelf.objects.get_or_create(account_id=account_id)
    return Shelf.objects.select_for_update().get(account_id=account_id)


def _lock_search(account_id: int, search_id: int) -> SavedSearch:
    _lock(account_id)
    return SavedSearch.objects.select_for_update().get(pk=search_id, account_id=account_id)


def _next_version(shelf: Shelf) -> int:
    save(shelf)
    return shelf.version


def _facts(search: SavedSearch) -> dict[str, Any]:
    criteria = json.dumps(search.criteria, sort_keys=True, ensure_ascii=False)
    return {
        "saved_search_id": search.pk,
        "account_id": search.account_id,
        "criteria": criteria,
        "frequency": str(search.frequency),
    }
