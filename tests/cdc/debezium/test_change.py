"""Debezium's change events, as its JSON converter writes them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cdc.debezium import ChangeEvent, MalformedChange, Table, Tombstone, TransactionPlace
from tests.cdc.debezium.recorded import recorded

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


def test_a_changed_key_is_a_deletion_and_a_creation_that_name_each_other() -> None:
    records = recorded("adaptive", "pair")[1:4]
    deletion, tombstone, creation = [ChangeEvent.parse(*each) for each in records]

    assert isinstance(deletion, ChangeEvent)
    assert isinstance(creation, ChangeEvent)
    assert (deletion.op, creation.op) == ("d", "c")
    assert tombstone == Tombstone(deletion.key)
    assert (deletion.new_key, creation.old_key) == (creation.key, deletion.key)
    assert deletion.is_key_change
    assert creation.is_key_change
    assert deletion.transaction_id == creation.transaction_id


def test_a_changed_key_is_decoded_like_the_key() -> None:
    pair = Table("public.pair", {"a": "integer", "b": "uuid"}, key=("a", "b"))
    creation = pair.read(*recorded("adaptive", "pair")[3])

    assert isinstance(creation, ChangeEvent)
    assert creation.old_key == creation.key | {"a": 1}


def test_a_truncation_has_neither_key_nor_row() -> None:
    change = ChangeEvent.parse(*recorded("adaptive", "pair")[-1])

    assert isinstance(change, ChangeEvent)
    assert (change.op, change.key, change.before, change.after) == ("t", {}, None, None)
    assert (change.schema, change.table) == ("public", "pair")


def test_a_table_without_a_key_is_read_when_that_is_said() -> None:
    creation, update, *_ = recorded("adaptive", "keyless")
    table = Table("public.keyless", {"n": "integer"}, key=(), identity_full=True)
    change = table.read(*update)

    assert isinstance(change, ChangeEvent)
    assert (change.key, change.before, change.after) == ({}, {"n": 1}, {"n": 2})
    with pytest.raises(MalformedChange, match="no key"):
        ChangeEvent.parse(*creation)


def test_a_change_tells_its_place_in_its_transaction() -> None:
    first, second = [ChangeEvent.parse(*each) for each in recorded("adaptive", "pair")[7:9]]

    assert isinstance(first, ChangeEvent)
    assert isinstance(second, ChangeEvent)
    assert first.transaction_id is not None
    assert first.place == TransactionPlace(first.transaction_id, 1, 1)
    assert second.place == TransactionPlace(first.transaction_id, 2, 2)


def test_an_incremental_snapshot_has_no_end_and_the_streams_position() -> None:
    read = {"snapshot": "incremental", "lsn": None, "txId": None, "sequence": '["11","12"]'}
    change = ChangeEvent.parse(b'{"id":1}', record(op="r", source=SOURCE | read))

    assert isinstance(change, ChangeEvent)
    assert change.lsn == 12
    assert (change.is_incremental, change.is_snapshot, change.is_snapshot_end) == (
        True,
        True,
        False,
    )


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
        (b"{}", record(source=SOURCE | {"lsn": None, "sequence": None}), "lsn"),
        (b"{}", record(source=SOURCE | {"lsn": None, "sequence": '["1",null]'}), "sequence"),
        (b"{}", record(source=SOURCE | {"lsn": None, "sequence": "7"}), "sequence"),
        (b"{}", record(source=SOURCE | {"ts_ms": "now"}), "ts_ms"),
        (b"{}", record(source=SOURCE | {"ts_ms": 10**18}), "ts_ms"),
        (b"{}", record(transaction={"id": 7}), "transaction"),
        (b"{}", b"[" * 100_000, "value is not JSON"),
        (None, None, "no key"),
    ],
)
def test_a_malformed_record_is_refused_with_a_reason(
    key: bytes | None, value: bytes | None, reason: str
) -> None:
    with pytest.raises(MalformedChange, match=reason):
        ChangeEvent.parse(key, value)
