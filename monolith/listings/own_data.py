"""What listings say of the person who sells them, for the export and the end of an account."""

from typing import Any

from monolith.accounts.models import User
from monolith.errors import HasListings
from monolith.listings.models import Listing


def sold_by(user: User) -> list[dict[str, Any]]:
    listings = Listing.objects.filter(agent=user).order_by("id")
    return list(listings.values("id", "title", "address", "price", "status", "listed_at"))


def refuse(user: User) -> None:
    """Raise ``HasListings`` for an agent who must hand over first; a home needs a contact."""
    if Listing.objects.filter(agent=user).exists():
        raise HasListings
