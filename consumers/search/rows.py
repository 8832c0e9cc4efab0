"""The anti-corruption layer: Debezium's row changes in, the search's own terms out.

The only module that knows the monolith's columns and how Debezium writes them. A row that
breaks an expectation is ``PoisonRecord`` with the column and the reason.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cdc.debezium import UNAVAILABLE, ChangeEvent
from consumers.criteria.statuses import HIDDEN, LISTED
from consumers.runtime.errors import PoisonRecord
from consumers.search.favourites import NO_HOME, Favourite
from consumers.search.listing import Removal, SearchListing

Row = Mapping[str, Any]

_INT4 = 2**31 - 1
_INT8 = 2**63 - 1
# Ids share a 64-bit number with a price or a time, so that one order by it is total.
LARGEST_ID = 2**32 - 1


def effect_of(change: ChangeEvent) -> SearchListing | Removal:
    """Give what a listing's change means to the search. Raises ``PoisonRecord``."""
    row = _row_after(change)
    return Removal(_id(change.key), change.lsn) if row is None else _listing(row, change.lsn)


def favourite_of(change: ChangeEvent) -> Favourite:
    """Give what a favourite's change means to the search. Raises ``PoisonRecord``."""
    row = _row_after(change)
    if row is None:
        return Favourite(_whole(change.key, "id", _INT8), NO_HOME, 0, change.lsn)
    home = _whole(row, "listing_id", LARGEST_ID)
    if home == NO_HOME:
        raise PoisonRecord("listing_id: no home has the number 0")
    version = _whole(row, "version", _INT8)
    return Favourite(_whole(row, "id", _INT8), home, version, change.lsn)


def _row_after(change: ChangeEvent) -> Row | None:
    """Give the row as it is now, or None when it was deleted."""
    if change.op == "t":
        raise PoisonRecord("the table was truncated, which names no row; rebuild the index")
    if change.is_deletion:
        return None
    row = change.after
    if row is None:
        raise PoisonRecord(f"operation {change.op} on {change.table} carries no row")
    if change.key.get("id") != row.get("id"):
        raise PoisonRecord(f"key {change.key.get('id')!r} is not the row's id {row.get('id')!r}")
    return row


def _listing(row: Row, lsn: int) -> SearchListing:
    status = _text(row, "status")
    if status not in LISTED + HIDDEN:
        raise PoisonRecord(f"status: {status!r} is not a known one")
    listed_at = _time(row, "listed_at")
    if listed_at is None and status in LISTED:
        raise PoisonRecord(f"listed_at: missing although the listing is {status}")
    return SearchListing(
        id=_id(row),
        version=_whole(row, "version", _INT8),
        lsn=lsn,
        slug=_text(row, "slug"),
        title=_text(row, "title"),
        description=_long_text(row, "description"),
        address=_text(row, "address"),
        neighbourhood=_text(row, "neighbourhood"),
        zip_code=_text(row, "zip_code"),
        price=_whole(row, "price"),
        previous_price=_optional_whole(row, "previous_price"),
        beds=_whole(row, "beds"),
        baths=_whole(row, "baths"),
        half_baths=_whole(row, "half_baths"),
        living_area=_whole(row, "living_area"),
        lot_size=_whole(row, "lot_size"),
        year_built=_whole(row, "year_built"),
        stories=_text(row, "stories"),
        wall=_text(row, "wall"),
        garage=_text(row, "garage"),
        latitude=_float(row, "latitude"),
        longitude=_float(row, "longitude"),
        status=status,
        listed_at=listed_at,
        reduced_at=_time(row, "reduced_at"),
    )


def _id(row: Row) -> int:
    return _whole(row, "id", LARGEST_ID)


def _whole(row: Row, column: str, largest: int = _INT4) -> int:
    value = row.get(column)
    # bool is an int to Python and never one to the monolith.
    if type(value) is not int or not 0 <= value <= largest:
        raise PoisonRecord(f"{column}: {value!r:.80} is no whole number from 0 to {largest}")
    return value


def _optional_whole(row: Row, column: str) -> int | None:
    is_null = column in row and row[column] is None
    return None if is_null else _whole(row, column)


def _float(row: Row, column: str) -> float:
    value = row.get(column)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PoisonRecord(f"{column}: {value!r:.80} is no number")
    return float(value)


def _text(row: Row, column: str) -> str:
    value = row.get(column)
    if not isinstance(value, str) or value == UNAVAILABLE:
        raise PoisonRecord(f"{column}: {value!r:.80} is no text")
    return value


def _long_text(row: Row, column: str) -> str | None:
    return None if row.get(column) == UNAVAILABLE else _text(row, column)


def _time(row: Row, column: str) -> datetime | None:
    value = row.get(column)
    if value is None and column in row:
        return None
    try:
        moment = datetime.fromisoformat(_text(row, column))
    except ValueError as error:
        raise PoisonRecord(f"{column}: {value!r:.80} is no time") from error
    if moment.tzinfo is None or not 0 <= moment.timestamp() < 2**32:
        raise PoisonRecord(f"{column}: {value!r:.80} is outside the times that can be ordered")
    return moment.astimezone(UTC)
