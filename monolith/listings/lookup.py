"""From an address to a listing that the person may edit; to others it does not exist."""

from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from monolith.accounts.models import User
from monolith.accounts.permissions import editable_by
from monolith.listings.models import Listing


def own_listing(request: HttpRequest, listing_id: int) -> Listing:
    """Return the listing, or answer 404; behind `agent_required` only."""
    return get_object_or_404(Listing, editable_by(cast(User, request.user)), pk=listing_id)
