"""From a connector's configuration to what it means for each column."""

import pytest

from cdc.connect.connectors import TABLES_CONNECTOR, Source, connectors
from cdc.debezium import MistakenTable, Modes, Table, losses


def test_the_modes_are_those_of_the_connector_and_debezium_s_defaults() -> None:
    config = connectors(Source("db", 5432, "monolith", "reader", "secret"))[TABLES_CONNECTOR]

    assert Modes.of(config) == Modes(decimals="string", times="isostring")
    assert Modes.of({"decimal.handling.mode": " String "}) == Modes(decimals="string")
    assert Modes.of({"unavailable.value.placeholder": "(Same)"}).placeholder == "(Same)"
    assert Modes.of({}) == Modes("precise", "adaptive", "numeric", "bytes", "json")


def test_a_mode_that_debezium_does_not_have_is_refused() -> None:
    with pytest.raises(MistakenTable, match=r"decimal\.handling\.mode is 'exact', none of precise"):
        Modes.of({"decimal.handling.mode": "exact"})


def test_what_gets_lost_is_told_by_column_and_mode() -> None:
    columns = {"id": "bigint", "price": "numeric(9,2)", "photo": "bytea", "at": "timestamptz"}
    table = Table("public.homes", columns, Modes(binaries="base64"))

    assert losses(table) == [
        "public.homes.price: NaN and infinity arrive as null (decimal.handling.mode=precise)",
        "public.homes.photo: unchanged by an update and NULL both arrive as null (UNKNOWN here)",
    ]
    assert losses(Table("public.homes", columns, Modes(decimals="string"))) == []
