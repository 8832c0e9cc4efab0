"""Debezium's records as the listing topic carries them, made from plain rows."""

import json
from typing import Any

from cdc.contracts.topics import LISTING_ROWS
from consumers.runtime.records import Record

ROW: dict[str, Any] = {
    "id": 12,
    "slug": "brick-ranch-with-porch",
    "title": "Brick ranch with porch",
    "description": "A two-car garage, hardwood floors and a sun-room.",
    "address": "12 Elm Street",
    "neighbourhood": "Old West End",
    "zip_code": "43606",
    "price": 185000,
    "previous_price": None,
    "reduced_at": None,
    "beds": 3,
    "baths": 2,
    "half_baths": 1,
    "rooms": 7,
    "living_area": 1450,
    "lot_size": 6000,
    "stories": "One",
    "wall": "Brick",
    "garage": "Attached",
    "garage_area": 400,
    "year_built": 1956,
    "latitude": 41.66,
    "longitude": -83.55,
    "status": "active",
    "agent_id": 3,
    "listed_at": "2026-03-01T10:00:00Z",
    "updated_at": "2026-03-01T10:00:00.123456Z",
    "version": 1,
}


def row(**differences: Any) -> dict[str, Any]:
    """Give a listing's row."""
    return {**ROW, **differences}


def key_of(listing_id: int) -> bytes:
    return json.dumps({"id": listing_id}).encode()


def change(
    after: dict[str, Any] | None, op: str = "u", lsn: int = 100, snapshot: str = "false"
) -> bytes:
    """Give a change event's value."""
    source = {
        "lsn": lsn,
        "ts_ms": 1_790_000_000_000,
        "snapshot": snapshot,
        "txId": 7,
        "table": "listings_listing",
    }
    return json.dumps(
        {"before": None, "after": after, "source": source, "op": op, "ts_ms": 1_790_000_000_001}
    ).encode()


def record(key: bytes | None, value: bytes | None, offset: int = 0) -> Record:
    """Give a record as the loop hands it over."""
    return Record(LISTING_ROWS, 0, offset, key, value, (), 1_790_000_000.0)


def update(after: dict[str, Any], lsn: int = 100) -> Record:
    return record(key_of(after["id"]), change(after, lsn=lsn))


def deletion(listing_id: int, lsn: int = 200) -> Record:
    return record(key_of(listing_id), change(None, op="d", lsn=lsn))
