"""A type by any of its names: PostgreSQL's, Django's, the short one."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from cdc.debezium import Modes
from cdc.debezium.types import column_type


@pytest.mark.parametrize(
    ("names", "raw", "value"),
    [
        (("smallint", "int2", "smallserial"), 7, 7),
        (("integer", "int", "int4", "serial", "INTEGER"), 7, 7),
        (("bigint", "int8", "bigserial", "oid"), 7, 7),
        (("real", "float4", "float", "float8", "double precision"), 0.5, 0.5),
        (("numeric(5, 2)", "numeric(5,2)", "decimal(5,2)"), "Aio=", Decimal("5.54")),
        (("varchar(9)", "character varying(9)", "varchar", "text", "citext", "xml"), "a", "a"),
        (("char(3)", "character(3)", "bpchar", "enum", "macaddr8", "tsvector"), "a  ", "a  "),
        (("timestamp(3) without time zone", "timestamp(3)"), 1000, datetime(1970, 1, 1, 0, 0, 1)),  # noqa: DTZ001
        (
            ("timestamp with time zone", "timestamp(3) with time zone", "timestamptz(3)"),
            "1970-01-01T00:00:01Z",
            datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
        ),
        (("time without time zone", "time", "time(6)"), 1_000_000, time(0, 0, 1)),
        (("time with time zone", "timetz"), "00:00:01Z", time(0, 0, 1, tzinfo=UTC)),
        (("bool", "boolean"), True, True),
        (("bit", "bit(1)"), True, "1"),
        (("vector(3)", "vector", "real[]", "double precision[]"), [1, 0.5], [1.0, 0.5]),
        (("character varying(9)[]", "varchar(9)[]", "citext[]"), ["a", None], ["a", None]),
    ],
)
def test_every_name_of_a_type_reads_alike(names: tuple[str, ...], raw: Any, value: Any) -> None:
    for name in names:
        assert column_type(name, Modes()).read(raw) == value
