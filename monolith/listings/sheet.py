"""All that a home's page says of it: a listing enters, ready words and drawings leave."""

from typing import Any

from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.functions import Abs, Cast, Greatest

from monolith.listings.cards import COLUMNS, Card, art, as_card, dollars, facts
from monolith.listings.locator import Locator, locate
from monolith.listings.models import Listing, ListingQuerySet, PriceChange

SIMILAR = 4
PRICES = 10
NEIGHBOURS = 150


def describe(listing: Listing) -> dict[str, Any]:
    row = {name: getattr(listing, name) for name in COLUMNS}
    # One more than is shown tells whether there are more.
    changes = in_words(listing.price_changes.all()[: PRICES + 1])
    return {
        "price": dollars(listing.price),
        "previous_price": dollars(listing.previous_price) if listing.previous_price else "",
        "facts": facts(row),
        "art": art(row),
        "photos": list(listing.photos.all()),
        "price_changes": changes[:PRICES],
        "has_more_prices": len(changes) > PRICES,
        "similar": cards(_similar(listing)),
        "locator": _locator(listing),
    }


def in_words(changes: QuerySet[PriceChange]) -> list[dict[str, Any]]:
    return [
        {
            "on": change.changed_at,
            "old": dollars(change.old_price),
            "new": dollars(change.new_price),
        }
        for change in changes
    ]


def cards(homes: ListingQuerySet) -> list[Card]:
    return [as_card(row) for row in homes.values(*COLUMNS)]


def _similar(listing: Listing) -> ListingQuerySet:
    near = Listing.objects.for_sale().filter(neighbourhood=listing.neighbourhood)
    difference = _share("price", listing.price) + _share("living_area", listing.living_area)
    return near.exclude(pk=listing.pk).order_by(difference, "id")[:SIMILAR]


def _share(name: str, value: int) -> Any:
    """By which share of ``value`` another home differs; a price and a size then count alike."""
    away = Abs(Cast(F(name), FloatField()) - float(value))
    return away / Greatest(Value(float(value)), Value(1.0))


def _locator(listing: Listing) -> Locator:
    near = Listing.objects.for_sale().filter(neighbourhood=listing.neighbourhood)
    others = near.exclude(pk=listing.pk).order_by("id")
    positions = others.values_list("longitude", "latitude")[:NEIGHBOURS]
    return locate((listing.longitude, listing.latitude), list(positions))
