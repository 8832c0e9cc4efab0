"""Every type in every mode, as Debezium wrote it; and what a declaration decides."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from cdc.debezium import (
    UNCHANGED,
    UNKNOWN,
    ChangeEvent,
    MistakenTable,
    Modes,
    Table,
    UndecodableValue,
    UnexpectedColumns,
)
from tests.cdc.debezium.expected import expected, same
from tests.cdc.debezium.moments import MOMENTS
from tests.cdc.debezium.recorded import recorded
from tests.cdc.debezium.workload import TYPES
from tests.cdc.debezium.zoo import COLUMNS, MODES


def zoo_row(number: int) -> dict[str, Any]:
    return {name: cases[number][1] for name, (_, *cases) in COLUMNS.items()}


def rows(mode: str, table: str) -> list[dict[str, Any]]:
    declared = Table(f"public.{table}", TYPES[table], MODES[mode])
    read = [declared.read(*record) for record in recorded(mode, table)]
    return [c.after for c in read if isinstance(c, ChangeEvent) and c.after is not None]


def mismatches(row: dict[str, Any], truth: dict[str, Any], table: str, modes: Modes) -> list[str]:
    return [
        f"{name}: {row[name]!r} is not {wanted!r}"
        for name, value in truth.items()
        if not same(row[name], wanted := expected(value, TYPES[table][name], modes))
    ]


@pytest.mark.parametrize("mode", MODES)
def test_every_type_is_read_as_what_was_written(mode: str) -> None:
    *filled, empty = rows(mode, "zoo")

    assert len(filled) == 3
    for number, row in enumerate(filled):
        assert mismatches(row, zoo_row(number), "zoo", MODES[mode]) == []
    assert {value for name, value in empty.items() if name != "id"} == {None}


@pytest.mark.parametrize("mode", MODES)
def test_every_date_and_time_is_read_from_before_christ_to_infinity(mode: str) -> None:
    found = rows(mode, "moments")

    assert len(found) == len(MOMENTS)
    for row, (_, values) in zip(found, MOMENTS.values(), strict=True):
        names = [name for name in row if name != "id"]
        truth = dict(zip(names, values, strict=True))
        assert mismatches(row, truth, "moments", MODES[mode]) == []


@pytest.mark.parametrize(
    ("mode", "hidden"),
    [
        ("adaptive", {"large_floats"}),
        ("microseconds", {"large_floats"}),
        ("nanoseconds", {"large_floats", "large_blobs"}),
        ("isostring", {"large_floats", "large_blobs", "large_dates"}),
        ("connect", {"large_floats", "large_blobs", "large_dates", "large_bytes"}),
        ("adaptive_time_microseconds", {"large_floats", "large_blobs", "large_bytes"}),
    ],
)
def test_an_unchanged_large_value_is_told_apart_from_every_value(
    mode: str, hidden: set[str]
) -> None:
    (row,) = rows(mode, "large")

    assert (row.pop("id"), row.pop("touched")) == (1, 2)
    assert {name for name, value in row.items() if value is UNKNOWN} == hidden
    assert {name for name, value in row.items() if value is UNCHANGED} == row.keys() - hidden


def test_with_full_replica_identity_a_null_is_a_null() -> None:
    columns = {"id": "bigint", "large_bytes": "bytea"}
    table = Table("public.large", columns, MODES["connect"], identity_full=True)
    change = table.read(*recorded("connect", "large")[0])

    assert isinstance(change, ChangeEvent)
    assert change.after == {"id": 1, "large_bytes": None}


PAIR = Table("public.pair", TYPES["pair"], key=("a", "b"))


def test_records_with_their_schemas_beside_them_read_the_same() -> None:
    bare = [PAIR.read(*record) for record in recorded("adaptive", "pair")[:5]]
    dressed = [PAIR.read(*record) for record in recorded("with_schema", "pair")]

    for one, other in zip(bare, dressed, strict=True):
        assert one.key == other.key
        assert isinstance(one.key["b"], UUID)
        if isinstance(one, ChangeEvent) and isinstance(other, ChangeEvent):
            assert (one.op, one.old_key, one.new_key) == (other.op, other.old_key, other.new_key)
    assert isinstance(dressed[3], ChangeEvent)
    assert dressed[3].after == {**dressed[3].key, "note": "one"}


def test_what_was_not_logged_of_the_row_before_is_left_out() -> None:
    deletion = PAIR.read(*recorded("adaptive", "pair")[5])

    assert isinstance(deletion, ChangeEvent)
    assert deletion.is_deletion
    assert deletion.before == deletion.key
    full = replace(PAIR, identity_full=True).read(*recorded("adaptive", "pair")[5])
    assert isinstance(full, ChangeEvent)
    assert full.before == deletion.key | {"note": None}


def test_a_new_column_is_left_out_or_refused_and_a_gone_one_only_if_optional() -> None:
    with_extra = recorded("adaptive", "pair")[9]
    change = PAIR.read(*with_extra)

    assert isinstance(change, ChangeEvent)
    assert change.after is not None
    assert change.after.keys() == {"a", "b", "note"}
    with pytest.raises(UnexpectedColumns, match=r"public\.pair: columns are not declared: extra"):
        replace(PAIR, strict=True).read(*with_extra)
    wider = replace(PAIR, columns=TYPES["pair"] | {"gone": "text"})
    with pytest.raises(UnexpectedColumns, match="declared columns did not come: gone"):
        wider.read(*with_extra)
    assert replace(wider, optional=frozenset({"gone"})).read(*with_extra) == change


@pytest.mark.parametrize(
    ("type_", "value", "why"),
    [
        ("integer", "7", "a text of 1 characters"),
        ("integer", True, "a JSON bool"),
        ("integer", 1.5, "a JSON float"),
        ("boolean", 1, "a JSON int"),
        ("real", "much", "a text of 4 characters"),
        ("real", True, "a JSON bool"),
        ("numeric(5,2)", "§", "a text of 1 characters"),
        ("numeric", {"scale": 2}, "an object with 1 fields"),
        ("text", 7, "a JSON int"),
        ("text", ["a"], "an array of 1"),
        ("uuid", "no", "a text of 2 characters"),
        ("bytea", "§§", "a text of 2 characters"),
        ("bytea", 7, "a JSON int"),
        ("jsonb", "{", "a text of 1 characters"),
        ("jsonb", "[" * 100_000, "a text of 100000 characters"),
        ("inet", "300.0.0.1", "a text of 9 characters"),
        ("hstore", "[]", "a text of 2 characters"),
        ("date", "soon", "a text of 4 characters"),
        ("date", [1], "an array of 1"),
        ("time", 10**18, "a JSON int"),
        ("time", "10:00", "a text of 5 characters"),
        ("timestamp", 1.5, "a JSON float"),
        ("timestamptz", 0, "a JSON int"),
        ("interval", 2**63 - 1, "longest interval"),
        ("interval", "P1D", "a number of microseconds is expected"),
        ("int4range", "[1;2]", "it is no range"),
        ("int4range", 7, "a JSON int"),
        ("int4multirange", "e1sxXX0=", "it is no multirange"),
        ("integer[]", "{1}", "an array is expected"),
        ("text[]", ["[Ljava.lang.String;@2eac100a"], "more than one dimension"),
    ],
)
def test_a_value_of_another_shape_is_refused_by_table_column_and_shape_but_not_told(
    type_: str, value: Any, why: str
) -> None:
    table = Table("shop.orders", {"id": "bigint", "secret": type_})
    source = {"table": "orders", "lsn": 1, "ts_ms": 1}
    body = {"op": "c", "after": {"id": 1, "secret": value}, "source": source}

    with pytest.raises(UndecodableValue) as caught:
        table.read(b'{"id":1}', json.dumps(body).encode())

    assert f"shop.orders.secret is declared {type_}, but is " in str(caught.value)
    assert why in str(caught.value)
    assert (caught.value.table, caught.value.column) == ("shop.orders", "secret")
    assert not isinstance(value, str) or repr(value) not in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"id": "bigint", "x": "tensor"}, "x: the type 'tensor' is not known"),
        ({"id": "bigint", "x": "floatrange"}, "not known"),
        ({"id": "bigint", "x": "floatmultirange"}, "not known"),
        ({"id": "bigint", "x": "1 = 1; --"}, "not known"),
        ({"id": "bigint", "x": "text[][]"}, "arrays of arrays"),
        ({"id": "bigint", "x": "interval[]"}, "does not carry such arrays"),
        ({"id": "bigint", "x": "numeric(5,-2)"}, "negative scale"),
        ({"x": "text"}, "the key names no column: id"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_when_it_is_declared(
    columns: dict[str, str], why: str
) -> None:
    with pytest.raises(MistakenTable, match=why):
        Table("shop.orders", columns)


def test_the_placeholder_is_what_the_connector_was_told() -> None:
    table = Table("t", {"id": "integer", "x": "text"}, Modes(placeholder="(same)"))
    source = {"table": "t", "lsn": 1, "ts_ms": 1}
    body = {"op": "u", "after": {"id": 1, "x": "(same)"}, "source": source}
    change = table.read(b'{"id":1}', json.dumps(body).encode())

    assert isinstance(change, ChangeEvent)
    assert change.after == {"id": 1, "x": UNCHANGED}


def test_the_placeholder_s_own_words_in_an_insert_are_a_value() -> None:
    words = "__debezium_unavailable_value"
    source = {"table": "t", "lsn": 1, "ts_ms": 1}
    body = {"op": "c", "after": {"id": 1, "x": words}, "source": source}
    change = Table("t", {"id": "integer", "x": "text"}).read(b'{"id":1}', json.dumps(body).encode())

    assert isinstance(change, ChangeEvent)
    assert change.after == {"id": 1, "x": words}


def test_an_hstore_is_read_in_both_modes() -> None:
    source = {"table": "t", "lsn": 1, "ts_ms": 1}
    unchanged = {"__debezium_unavailable_value": "__debezium_unavailable_value"}
    for modes, raw, marker in (
        (Modes(), '{"a":"1","b":null}', "__debezium_unavailable_value"),
        (Modes(hstores="map"), {"a": "1", "b": None}, unchanged),
    ):
        table = Table("t", {"id": "integer", "x": "hstore", "y": "hstore"}, modes)
        row = {"id": 1, "x": raw, "y": marker}
        value = json.dumps({"op": "u", "after": row, "source": source}).encode()
        change = table.read(b'{"id":1}', value)
        assert isinstance(change, ChangeEvent)
        assert change.after == {"id": 1, "x": {"a": "1", "b": None}, "y": UNCHANGED}
