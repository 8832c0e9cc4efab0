"""What the running Debezium writes, against what psycopg reads of the same rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range as PostgresRange

from cdc.connect.connectors import Config
from cdc.debezium import (
    COLUMNS_QUERY,
    ChangeEvent,
    FarDate,
    FarTimestamp,
    Modes,
    Range,
    Special,
    Table,
)
from cdc.debezium.modes import PROPERTIES
from tests.cdc.debezium import workload
from tests.cdc.debezium.capture import Capture, captured
from tests.cdc.debezium.expected import same
from tests.cdc.debezium.moments import MOMENTS, TIMES
from tests.cdc.debezium.test_tables import mismatches, zoo_row
from tests.cdc.debezium.zoo import COLUMNS, MODES
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def zoo(stack: Stack) -> Iterator[Capture]:
    """Have one connector for each set of modes watch the whole workload."""
    connectors = {f"zoo_{name}": settings(modes) for name, modes in MODES.items()}
    with captured(stack, "zoo", workload.TABLES, connectors) as capture:
        with capture.connect() as session:
            workload.run(session)
        yield capture


def settings(modes: Modes) -> Config:
    told = {key: getattr(modes, name) for name, (key, _) in PROPERTIES.items()}
    # Without it there are no multiranges.
    return told | {"include.unknown.datatypes": "true"}


def changes(zoo: Capture, mode: str, name: str, **declared: Any) -> list[ChangeEvent]:
    table = Table(f"public.{name}", workload.TYPES[name], MODES[mode], declared.pop("key", ("id",)))
    records = zoo.records(f"zoo_{mode}", f"public.{name}", workload.COUNTS[name])
    read = [replace(table, **declared).read(*record) for record in records]
    return [change for change in read if isinstance(change, ChangeEvent)]


@pytest.mark.parametrize("mode", MODES)
def test_every_type_is_streamed_as_what_was_written(zoo: Capture, mode: str) -> None:
    *filled, empty = [change.after or {} for change in changes(zoo, mode, "zoo", strict=True)]

    for number, row in enumerate(filled):
        assert mismatches(row, zoo_row(number), "zoo", MODES[mode]) == []
    assert [name for name, value in empty.items() if value is not None] == ["id"]


@pytest.mark.parametrize("mode", MODES)
def test_every_type_is_snapshotted_as_what_was_written(zoo: Capture, mode: str) -> None:
    first, last = changes(zoo, mode, "early")

    assert (first.op, first.is_snapshot, first.is_snapshot_end) == ("r", True, False)
    assert last.is_snapshot_end
    for change in (first, last):
        assert mismatches(change.after or {}, zoo_row(0), "zoo", MODES[mode]) == []


@pytest.mark.parametrize("mode", MODES)
def test_every_moment_is_streamed_as_what_was_written(zoo: Capture, mode: str) -> None:
    found = changes(zoo, mode, "moments")

    for change, (_, values) in zip(found, MOMENTS.values(), strict=True):
        truth = dict(zip(TIMES, values, strict=True))
        assert mismatches(change.after or {}, truth, "moments", MODES[mode]) == []


def test_a_null_in_a_column_with_a_default_stays_a_null(zoo: Capture) -> None:
    (update,) = [c for c in changes(zoo, "connect", "pair", key=("a", "b")) if c.op == "u"]

    assert update.after
    assert update.after["note"] is None


def test_psycopg_reads_the_same_values(zoo: Capture) -> None:
    # To psycopg money is text in the server's fashion, and it does not know our enumeration.
    names = [name for name in COLUMNS if name not in ("a_money", "l_enum")]
    with zoo.connect() as session:
        session.execute("SET timezone TO 'UTC'")
        # Beyond Python's years psycopg gives up; the moments have another test.
        rows = session.execute(f"SELECT {', '.join(names)} FROM zoo ORDER BY id".encode())
        for number in (0, 1):
            truth = zoo_row(number)
            for name, value in zip(names, rows.fetchone() or (), strict=True):
                assert same(value, as_psycopg(truth[name])), name


def test_postgresql_counts_the_same_moments(zoo: Capture) -> None:
    epochs = ", ".join(f"extract(epoch FROM {name}) * 1000000" for name in TIMES)
    with zoo.connect() as session:
        rows = session.execute(f"SELECT {epochs} FROM moments ORDER BY id".encode()).fetchall()

    for row, (label, (_, values)) in zip(rows, MOMENTS.items(), strict=True):
        for name, found, value in zip(TIMES, row, values, strict=True):
            # A month has no length of its own; timetz is counted in its own zone.
            if name not in ("t_interval", "t_timetz"):
                assert found == microseconds(value), (label, name)


def test_the_query_for_a_table_s_columns_gives_what_a_declaration_needs(zoo: Capture) -> None:
    with zoo.connect() as session:
        columns: Any = dict(session.execute(COLUMNS_QUERY, ["public.zoo"]).fetchall())

    # The third row has a NaN, which equals nothing.
    asked = changes(zoo, "isostring", "zoo", columns=columns)[:2]
    assert asked == changes(zoo, "isostring", "zoo")[:2]


def as_psycopg(value: Any) -> Any:
    if isinstance(value, list):
        return [as_psycopg(item) for item in value]
    if isinstance(value, tuple):
        return Multirange([as_psycopg(item) for item in value])
    if isinstance(value, Range):
        if value.is_empty:
            return PostgresRange(empty=True)
        bounds = "(["[value.includes_lower] + ")]"[value.includes_upper]
        return PostgresRange(value.lower, value.upper, bounds)
    return value


def microseconds(value: Any) -> Decimal:
    match value:
        case Special.INFINITY:
            return Decimal("Infinity")
        case Special.MINUS_INFINITY:
            return Decimal("-Infinity")
        case Special.END_OF_DAY:
            return Decimal(86_400_000_000)
        case FarTimestamp(count):
            return Decimal(count)
        case FarDate(days):
            return Decimal(days * 86_400_000_000)
        case time():
            since = datetime.combine(date(1970, 1, 1), value, UTC)
        case datetime():
            since = value.replace(tzinfo=UTC)
        case date():
            since = datetime(value.year, value.month, value.day, tzinfo=UTC)
        case _:
            raise AssertionError(f"{value!r} is no moment")
    return Decimal((since - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
