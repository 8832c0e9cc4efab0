"""What Debezium loses on the way without a word, by type and mode.

Enters: a declared table. Leaves: sentences, so that a person can choose other modes or keep such
values out. All of it was recorded from Debezium 3.6 with PostgreSQL 18; the tests that read
its live records would notice if a later release lost less.
"""

from collections.abc import Iterator

from cdc.debezium.tables import Table
from cdc.debezium.types import column_type, parsed

_TIMESTAMPS = ("timestamp", "timestamptz")


def losses(table: Table) -> list[str]:
    """Return one sentence for each loss that ``table``'s types and modes allow."""
    return [f"{table.name}.{c}: {told}" for c in table.columns for told in _of_column(table, c)]


def _of_column(table: Table, column: str) -> Iterator[str]:
    name, _, dimensions = parsed(table.columns[column])
    if column_type(table.columns[column], table.modes).hides_unchanged and not table.identity_full:
        yield "unchanged by an update and NULL both arrive as null (UNKNOWN here)"
    if dimensions:
        yield "arrays of more than one dimension arrive as nulls or as nonsense"
        yield from _of_array(name)
    yield from _of_value(table, name)


def _of_array(name: str) -> Iterator[str]:
    if name == "enum":
        yield "an array with a NULL in it arrives as null"
    if name == "numeric":
        yield "an array with NaN in it arrives as null"
    if name == "timetz":
        yield "fractions of a second are cut off"


def _of_value(table: Table, name: str) -> Iterator[str]:
    modes = table.modes
    if name in ("numeric", "money") and modes.decimals == "double":
        yield "digits beyond the 15th or so are lost (decimal.handling.mode=double)"
    if name == "numeric" and modes.decimals == "precise":
        yield "NaN and infinity arrive as null (decimal.handling.mode=precise)"
    if name == "interval":
        yield "infinity arrives as an interval of nothing"
        if modes.intervals == "numeric":
            yield "months arrive as 30.4375 days each (interval.handling.mode=numeric)"
    if name == "date":
        yield "dates before 15 October 1582 are wrong when a snapshot reads them"
    if name == "time" and modes.times == "isostring":
        yield "24:00 arrives as 00:00 (time.precision.mode=isostring)"
    if name == "timetz":
        yield "the zone is lost (UTC instead), and 24:00 arrives as 00:00"
    if name in ("time", "timestamp") and modes.times == "connect":
        yield "microseconds are lost (time.precision.mode=connect)"
    if name == "timestamp" and modes.times == "nanoseconds":
        yield "times before 1677 and after 2262 arrive as null (time.precision.mode=nanoseconds)"
