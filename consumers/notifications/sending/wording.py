"""Homes, searches, money and hours in words for letters: stored values enter, texts leave.

Numbers and hours are written as the language that is active at the moment has it.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_format
from django.utils.formats import number_format
from django.utils.translation import get_language

from consumers.notifications.models import Home

NEWS = {
    "active": "for sale again",
    "pending": "sale pending",
    "sold": "sold",
    "withdrawn": "withdrawn",
}
_ASKED = {
    "q": "Words: {}",
    "price_min": "Price from {}",
    "price_max": "Price to {}",
    "beds_min": "Bedrooms, at least: {}",
    "baths_min": "Full baths, at least: {}",
    "area_min": "Living area from {} sq ft",
    "area_max": "Living area to {} sq ft",
    "lot_min": "Lot from {} sq ft",
    "lot_max": "Lot to {} sq ft",
    "year_min": "Built in or after {}",
    "year_max": "Built in or before {}",
    "stories": "Stories: {}",
    "wall": "Walls: {}",
    "garage": "Garage: {}",
    "neighbourhood": "Neighbourhood: {}",
    "near": "Near {}",
    "within": "Within {} miles",
}


_COUNTED = {"beds_min", "baths_min", "area_min", "area_max", "lot_min", "lot_max"}
# Where the sign of the dollar goes; elsewhere it follows.
_SIGN_FIRST = "en"
# How clocks are read out: in English, and where that is otherwise.
_CLOCK, _CLOCKS = "l j F Y, g:i A", {"de": "l, j. F Y, H:i"}


def dollars(amount: int) -> str:
    language = get_language() or _SIGN_FIRST
    is_first = language.startswith(_SIGN_FIRST)
    return f"${number(amount)}" if is_first else f"{number(amount)}\u00a0$"


def number(value: int | Decimal) -> str:
    return number_format(value, force_grouping=True)


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Say a moment as clocks show it there."""
    return in_format(moment.astimezone(zone), _CLOCKS.get(get_language() or "", _CLOCK))


def facts(home: Home) -> list[str]:
    """Give what is known of the home; zero means that nobody measured it."""
    baths = Decimal(f"{home.baths + home.half_baths / 2:g}")
    found = (
        (home.beds, f"{home.beds} bed{'' if home.beds == 1 else 's'}"),
        (baths, f"{number(baths)} bath{'' if baths == 1 else 's'}"),
        (home.living_area, f"{number(home.living_area)} sq ft"),
        (home.lot_size, f"{number(home.lot_size)} sq ft lot"),
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
    words = [
        _ASKED[name].format(_said(name, value))
        for name, value in asked.items()
        if value not in (None, "")
    ]
    return ", ".join(words) or "All homes for sale"


def _said(name: str, value: Any) -> Any:
    if name.startswith("price"):
        return dollars(value)
    return number(value) if name in _COUNTED else value


def search_path(criteria: Mapping[str, Any]) -> str:
    return f"/search?{urlencode(criteria)}" if criteria else "/search"
