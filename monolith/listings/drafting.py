"""How a home gets its facts: what an agent knows of it enters, a draft or a corrected row leaves.

The counterpart of `services`, which moves a listing on the market: the same rules, a lock, a
change, one event with the version that the database gave.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cdc.contracts.events import ListingCreated, ListingRevised
from monolith.accounts.models import User
from monolith.listings.models import Listing, Status
from monolith.listings.signals import publish as publish_event
from monolith.versions import save

PLACE = ("address", "neighbourhood", "zip_code", "latitude", "longitude")
SHEET = (
    *("beds", "baths", "half_baths", "rooms", "living_area", "lot_size"),
    *("year_built", "stories", "wall", "garage", "garage_area"),
)
# The seller's name is nobody's business: it changes the row, and no event names it.
PRIVATE = ("seller_name",)


@transaction.atomic
def create(agent: User, place: Mapping[str, Any]) -> Listing:
    """Begin a listing with where the home lies; all else may come later."""
    listing = Listing(agent=agent, status=Status.DRAFT, slug="home", **_known(place))
    listing.save(force_insert=True)
    event = ListingCreated(listing_id=listing.pk, agent_id=agent.pk, status=str(Status.DRAFT))
    publish_event(event, aggregate_version=listing.version)
    return listing


@transaction.atomic
def correct(listing_id: int, facts: Mapping[str, Any]) -> Listing:
    """Put the facts of a home right; what is not among them stays as it is."""
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    changed = sorted(n for n, value in _known(facts).items() if getattr(listing, n) != value)
    if not changed:
        return listing
    for name in changed:
        setattr(listing, name, facts[name])
    save(listing, *changed)
    if told := tuple(name for name in changed if name not in PRIVATE):
        event = ListingRevised(listing_id=listing.pk, fields=told)
        publish_event(event, aggregate_version=listing.version)
    return listing


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in (*PLACE, *SHEET, *PRIVATE)}
