"""Notifications as Debezium 3.6 writes them, read as progress."""

import json
from typing import Any

from cdc.snapshots.notifications import Progress, parse


def told(state: str, **more: Any) -> Progress | None:
    """Read a notification of an incremental snapshot."""
    body = {"id": "7", "aggregate_type": "Incremental Snapshot", "type": state}
    return parse(json.dumps(body | {"additional_data": more, "timestamp": 1}).encode())


def test_a_chunk_tells_how_far_the_table_is_read() -> None:
    progress = told(
        "IN_PROGRESS",
        current_collection_in_progress="public.listings_listing",
        maximum_key="[2000]",
        last_processed_key="[1024]",
    )

    assert progress is not None
    assert str(progress) == "in progress public.listings_listing 51 %, key 1024"
    assert not progress.is_over


def test_a_read_table_tells_its_rows_and_the_end_is_known() -> None:
    scanned = told("TABLE_SCAN_COMPLETED", scanned_collection="t", total_rows_scanned="12")

    assert str(scanned) == "table scan completed t 12 rows"
    assert all((end := told(state)) and end.is_over for state in ("COMPLETED", "ABORTED"))


def test_what_tells_of_something_else_is_no_progress() -> None:
    other = {"id": "1", "aggregate_type": "Initial Snapshot", "type": "COMPLETED"}

    assert parse(json.dumps(other).encode()) is None
    assert parse(None) is None
