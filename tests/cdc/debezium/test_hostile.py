"""Whatever stands where a value should, the answer is a value or `MalformedChange`."""

import json
from typing import Any

import pytest

from cdc.debezium import MalformedChange, Table
from tests.cdc.debezium.recorded import recorded
from tests.cdc.debezium.workload import TYPES
from tests.cdc.debezium.zoo import MODES

JUNK: list[Any] = [
    *(True, 0, -1, 1.5, 2**70, -(2**70), 1e308),
    *("", "x" * 50, "NaN", "e30=", "{}", "{,}", "[,", "infinity BC", "+99999999-12-31", "\ud800"),
    *([], [None], [[1]], ["[Ljava"], {}, {"a": 1}, {"scale": 10**9, "value": "AA=="}),
]


@pytest.mark.parametrize("mode", MODES)
def test_no_junk_in_a_column_ends_in_another_error(mode: str) -> None:
    refused = 0
    for type_ in {*TYPES["zoo"].values(), *TYPES["moments"].values()}:
        table = Table("t", {"id": "bigint", "x": type_}, MODES[mode])
        for junk in JUNK:
            body = {"op": "u", "after": {"id": 1, "x": junk}, "source": {"lsn": 1, "ts_ms": 1}}
            try:
                table.read(b'{"id":1}', json.dumps(body).encode())
            except MalformedChange:
                refused += 1

    assert refused > 500


def test_no_junk_anywhere_else_in_a_record_ends_in_another_error() -> None:
    key, value, headers = recorded("adaptive", "moments")[0]
    table = Table("public.moments", TYPES["moments"])
    refused = 0
    for part in ("", "source", "transaction"):
        whole = json.loads(value or b"")
        for name in list(whole[part] if part else whole):
            for junk in (*JUNK, None):
                body = json.loads(value or b"")
                (body[part] if part else body)[name] = junk
                try:
                    table.read(key, json.dumps(body).encode(), headers)
                except MalformedChange:
                    refused += 1

    assert refused > 50


@pytest.mark.parametrize("junk", [None, b"", b"\xff", b"[]", b"7", b"null", b'{"payload":1}'])
def test_no_junk_in_key_or_headers_ends_in_another_error(junk: bytes | None) -> None:
    table = Table("public.pair", TYPES["pair"], key=("a", "b"))
    key, value, _ = recorded("adaptive", "pair")[3]
    for record in ((junk, value, ()), (key, value, [("__debezium.oldkey", junk)])):
        try:
            table.read(*record)
        except MalformedChange:
            continue
        assert junk == b'{"payload":1}'
