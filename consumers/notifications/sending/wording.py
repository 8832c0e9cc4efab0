"""Homes, searches, money and hours in words for letters: stored values enter, texts leave."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_format

from consumers.notifications.models import Home

NEWS = {
    "active": "for sale again",
    "pending": "sale pending",
    "sold": "sold",
    "withdrawn": "withdrawn",
}
_ASKED = {
    "q": "Words: {}",
    "price_min": "Price from ${:,}",
    "price_max": "Price to ${:,}",
    "beds_min": "Bedrooms, at least: {:,}",
    "baths_min": "Full baths, at least: {:,}",
    "area_min": "Living area from {:,} sq ft",
    "area_max": "Living area to {:,} sq ft",
    "lot_min": "Lot from {:,} sq ft",
    "lot_max": "Lot to {:,} sq ft",
    "year_min": "Built in or after {}",
    "year_max": "Built in or before {}",
    "stories": "Stories: {}",
    "wall": "Walls: {}",
    "garage": "Garage: {}",
    "neighbourhood": "Neighbourhood: {}",
    "near": "Near {}",
    "within": "Within {} miles",
}


def dollars(amount: int) -> str:
    return f"${amount:,}"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Say a moment as clocks show it there."""
    return in_format(moment.astimezone(zone), "l j F Y, g:i A")


def facts(home: Home) -> list[str]:
    """Give what is known of the home; zero means that nobody measured it."""
    baths = home.baths + home.half_baths / 2
    found = (
        (home.beds, f"{home.beds} bed{'' if home.beds == 1 else 's'}"),
        (baths, f"{baths:g} bath{'' if baths == 1 else 's'}"),
        (home.living_area, f"{home.living_area:,} sq ft"),
        (home.lot_size, f"{home.lot_size:,} sq ft lot"),
        (home.year_built, f"built {home.year_built}"),
    )
    return [text for value, text in found if value]


def place(home: Home) -> str:
    return f"{home.address}, {home.neighbourhood} {home.zip_code}"


def path(home: Home) -> str:
    return f"/homes/{home.pk}-{home.slug}/"


def asked(criteria: Mapping[str, Any]) -> str:
    """Say what a search asks for; nothing asked is all homes for sale."""
    asked = {name: criteria.get(name) for name in _ASKED}
    words = [_ASKED[name].format(value) for name, value in asked.items() if value not in (None, "")]
    return ", ".join(words) or "All homes for sale"


def search_path(criteria: Mapping[str, Any]) -> str:
    return f"/search?{urlencode(criteria)}" if criteria else "/search"
