"""What an index holds of a listing, whatever its engine."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from consumers.search.listing import SearchListing

# What a page or an API answer shows, in the order that the API promises.
COLUMNS = (
    "id", "slug", "title", "price", "previous_price", "beds", "baths", "half_baths",
    "living_area", "lot_size", "year_built", "stories", "wall", "garage", "neighbourhood",
    "address", "zip_code", "latitude", "longitude", "status", "listed_at", "version",
)  # fmt: skip
_UNSHOWN = ("reduced_at",)
_PACKING = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_TIMES = ("listed_at", "reduced_at")
# What a search may bound.
RANGES = ("price", "beds", "baths", "living_area", "lot_size", "year_built")
# The monolith's search vector is made of these columns in this order, and the description.
_TEXTS = ("title", "address", "neighbourhood", "zip_code")


def searched_text(listing: SearchListing, description: str) -> str:
    """Give the text that words are found in."""
    return " ".join([*(getattr(listing, name) for name in _TEXTS), description])


def text_of(row: Mapping[str, Any], description: str) -> str:
    """Give the text that words are found in of what is held of a listing."""
    return " ".join([*(row[name] for name in _TEXTS), description])


def shown_row(listing: SearchListing, favourites: int) -> dict[str, Any]:
    """Give the row that pages are made of, fit for JSON."""
    row = {name: getattr(listing, name) for name in (*COLUMNS, *_UNSHOWN)}
    for name in _TIMES:
        if (moment := row[name]) is not None:
            row[name] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return row | {"favourites": favourites}


def packed_row(listing: SearchListing, favourites: int) -> str:
    """Give that row as the text that is kept: the columns shown, in their order, and the others."""
    return _PACKING.encode(shown_row(listing, favourites))


def listing_in(row: Mapping[str, Any], lsn: int, description: str) -> SearchListing:
    """Give the listing that such a row was made of."""
    told = {name: row[name] for name in (*COLUMNS, *_UNSHOWN)}
    for name in _TIMES:
        if (moment := told[name]) is not None:
            told[name] = datetime.fromisoformat(moment)
    return SearchListing(lsn=lsn, description=description, **told)
