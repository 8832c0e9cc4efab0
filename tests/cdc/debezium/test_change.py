"""Debezium's change events, as its JSON converter writes them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cdc.debezium import ChangeEvent, MalformedChange, Tombstone

SOURCE = {
    "table": "listings_listing",
    "lsn": 132251472,
    "ts_ms": 1795509244118,
    "snapshot": "false",
    "txId": 863,
}
ROW = {"id": 1, "price": 47124}


def record(**changes: Any) -> bytes:
    body = {"before": None, "after": ROW, "source": SOURCE, "op": "u", "ts_ms": 1} | changes
    return json.dumps(body).encode()


def test_an_update_is_read_whole() -> None:
    assert ChangeEvent.parse(b'{"id":1}', record()) == ChangeEvent(
        key={"id": 1},
        op="u",
        before=None,
        after=ROW,
        table="listings_listing",
        lsn=132251472,
        committed_at=datetime(2026, 11, 24, 8, 34, 4, 118000, UTC),
        snapshot="",
        transaction_id=863,
    )


def test_a_record_with_its_schema_beside_it_reads_the_same() -> None:
    key = json.dumps({"schema": {}, "payload": {"id": 1}}).encode()
    value = json.dumps({"schema": {}, "payload": json.loads(record())}).encode()

    assert ChangeEvent.parse(key, value) == ChangeEvent.parse(b'{"id":1}', record())


def test_an_empty_value_is_a_tombstone() -> None:
    assert ChangeEvent.parse(b'{"id":1}', None) == Tombstone({"id": 1})


def test_a_deletion_has_no_row_after_it() -> None:
    change = ChangeEvent.parse(b'{"id":1}', record(op="d", before={"id": 1}, after=None))

    assert isinstance(change, ChangeEvent)
    assert change.is_deletion


@pytest.mark.parametrize(
    ("marker", "is_snapshot", "is_end"),
    [("false", False, False), (None, False, False), ("true", True, False), ("last", True, True)],
)
def test_a_snapshot_is_recognised_and_so_is_its_end(
    marker: str | None, is_snapshot: bool, is_end: bool
) -> None:
    change = ChangeEvent.parse(b'{"id":1}', record(op="r", source=SOURCE | {"snapshot": marker}))

    assert isinstance(change, ChangeEvent)
    assert (change.is_snapshot, change.is_snapshot_end) == (is_snapshot, is_end)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (None, record(), "no key"),
        (b"{", record(), "key is not JSON"),
        (b"7", record(), "key is not a JSON object"),
        (b"{}", b"\xff\xfe", "value is not JSON"),
        (b"{}", b"[]", "value is not a JSON object"),
        (b"{}", record(source=None), "source"),
        (b"{}", record(op="x"), "operation"),
        (b"{}", record(after=None), "after"),
        (b"{}", record(after=[1]), "after"),
        (b"{}", record(source=SOURCE | {"lsn": None}), "lsn"),
        (b"{}", record(source=SOURCE | {"ts_ms": "now"}), "ts_ms"),
    ],
)
def test_a_malformed_record_is_refused_with_a_reason(
    key: bytes | None, value: bytes | None, reason: str
) -> None:
    with pytest.raises(MalformedChange, match=reason):
        ChangeEvent.parse(key, value)
