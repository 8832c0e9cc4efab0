"""The anti-corruption layer: Debezium's row changes in, this service's own rows out.

The only module that knows the monolith's columns. A row that breaks an expectation is
``PoisonRecord`` with the column and the reason.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from cdc.debezium import UNAVAILABLE, ChangeEvent
from consumers.notifications import matching
from consumers.notifications.models import Favourite, Frequency, Home, OptOut, Person, SavedSearch
from consumers.notifications.models.interests import ThisTransaction
from consumers.runtime.errors import PoisonRecord

Row = Mapping[str, Any]

_TEXTS = (
    *("slug", "title", "description", "address", "neighbourhood", "zip_code"),
    *("stories", "wall", "garage", "status"),
)
_NUMBERS = (
    *("price", "beds", "baths", "half_baths", "living_area", "lot_size", "year_built"),
    "version",
)
_INT8 = 2**63 - 1


def row_after(change: ChangeEvent) -> Row | None:
    """Give the row as it is now, or None when it was deleted. Raises ``PoisonRecord``."""
    if change.is_deletion:
        return None
    if change.after is None or change.op == "t":
        raise PoisonRecord(f"operation {change.op} on {change.table} carries no row")
    return change.after


def key_of(change: ChangeEvent) -> int:
    """Give the row's number."""
    return whole(change.key, "id")


def home_of(row: Row) -> Home:
    """Give the home that a listing's row tells of; its description may not be repeated."""
    texts = {name: text(row, name) for name in _TEXTS if row.get(name) != UNAVAILABLE}
    numbers = {name: whole(row, name) for name in _NUMBERS}
    place = {name: _degrees(row, name) for name in ("latitude", "longitude")}
    return Home(id=whole(row, "id"), **texts, **numbers, **place, agent_id=row.get("agent_id"))


def favourite_of(row: Row, change: ChangeEvent) -> Favourite | None:
    """Give the favourite, or None for a row that was told before rows named their account."""
    if row.get("account_id") is None:
        return None
    return Favourite(
        id=whole(row, "id"),
        account_id=whole(row, "account_id"),
        listing_id=whole(row, "listing_id"),
        since=change.committed_at,
    )


def search_of(row: Row, change: ChangeEvent) -> SavedSearch:
    """Give the saved search, as it asks now."""
    frequency = text(row, "frequency")
    if frequency not in Frequency.values:
        raise PoisonRecord(f"frequency: {frequency!r:.80} is not a known one")
    return SavedSearch(
        pk=whole(row, "id"),
        account_id=whole(row, "account_id"),
        criteria=_criteria(row.get("criteria")),
        frequency=frequency,
        version=whole(row, "version"),
        since=change.committed_at,
        written_by=ThisTransaction(),
    )


def opt_out_of(row: Row, change: ChangeEvent) -> OptOut:
    """Give the kind that somebody does not want."""
    return OptOut(
        id=whole(row, "id"),
        account_id=whole(row, "account_id"),
        kind=text(row, "kind"),
        since=change.committed_at,
    )


def person_of(change: ChangeEvent) -> Person | None:
    """Give whether somebody may be written to; None for an account that is gone, or emptied."""
    row = row_after(change)
    # One that was emptied for good is kept by its number alone.
    if row is None or row.get("deleted_at") is not None:
        return None
    is_reachable = row.get("is_active") is True and row.get("confirmed_at") is not None
    return Person(account_id=key_of(change), is_reachable=is_reachable)


def _criteria(value: object) -> dict[str, Any]:
    found = _object(value)
    try:
        matching.read(found)
    except matching.CriteriaBroken as error:
        raise PoisonRecord(str(error)) from error
    return found


def _object(value: object) -> dict[str, Any]:
    # JSON comes as text.
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        raise PoisonRecord(f"criteria: {value!r:.80} is no JSON") from error
    if not isinstance(found, dict):
        raise PoisonRecord(f"criteria: {value!r:.80} is no JSON object")
    return found


def whole(row: Row, column: str) -> int:
    value = row.get(column)
    # bool is an int to Python and never one to the monolith.
    if type(value) is not int or not 0 <= value <= _INT8:
        raise PoisonRecord(f"{column}: {value!r:.80} is no whole number")
    return value


def text(row: Row, column: str) -> str:
    value = row.get(column)
    if not isinstance(value, str):
        raise PoisonRecord(f"{column}: {value!r:.80} is no text")
    return value


def _degrees(row: Row, column: str) -> float:
    value = row.get(column)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PoisonRecord(f"{column}: {value!r:.80} is no number")
    return float(value)
