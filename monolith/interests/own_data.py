"""What a person keeps, for their export, and its end with the account.

The end goes through the services: whoever reads the interest topic alone learns of it there.
"""

from typing import Any

from monolith.accounts.models import User
from monolith.interests import services
from monolith.interests.models import Favourite, SavedSearch, Shelf


def favourites(user: User) -> list[Any]:
    kept = Favourite.objects.filter(account=user).order_by("id")
    return list(kept.values("listing_id", "listing__title", "added_at"))


def drop_favourites(user: User) -> None:
    kept = Favourite.objects.filter(account=user).order_by("id")
    for listing_id in list(kept.values_list("listing_id", flat=True)):
        services.remove_favourite(user.pk, listing_id)


def searches(user: User) -> list[Any]:
    kept = SavedSearch.objects.filter(account=user).order_by("id")
    return list(kept.values("id", "name", "criteria", "frequency", "created_at", "changed_at"))


def drop_searches(user: User) -> None:
    kept = SavedSearch.objects.filter(account=user).order_by("id")
    for search_id in list(kept.values_list("pk", flat=True)):
        services.remove_search(user.pk, search_id)
    Shelf.objects.filter(account=user).delete()
