"""Debezium's records as the listing topic carries them, made from plain rows."""

import json
from typing import Any

from cdc.contracts.examples import row_example
from cdc.contracts.tables import LISTINGS
from cdc.contracts.topics import LISTING_ROWS
from consumers.runtime.records import Record


def row(**differences: Any) -> dict[str, Any]:
    """Give the golden row of a listing, with ``differences``."""
    return row_example(LISTINGS) | differences


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
