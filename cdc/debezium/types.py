"""From the name of a PostgreSQL type to what reads its values.

Enters: a type as `format_type()` prints it or as Django names it (`numeric(12,2)`, `varchar(20)`,
`timestamp with time zone`, `integer[]`), and the modes. Leaves: `ColumnType`. Which types there
are and how each is written: PostgreSQL connector documentation, "Data type mappings".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cdc.debezium import binaries, intervals, numbers, texts, times
from cdc.debezium.arrays import array_placeholder, array_reader, binary_placeholder
from cdc.debezium.errors import MistakenTable
from cdc.debezium.modes import Modes
from cdc.debezium.ranges import multirange_reader, range_reader

Read = Callable[[Any], Any]
_Arguments = tuple[int, ...]

_NAME = re.compile(
    r"(?P<name>[a-z0-9_ ]+?) ?(\((?P<arguments>[-\d, ]+)\))?(?P<zone> with(out)? time zone)?"
    r"(?P<dimensions>(\[\])*)"
)
_ALIASES = {
    **dict.fromkeys(("bool",), "boolean"),
    **dict.fromkeys(("int2", "smallserial"), "smallint"),
    **dict.fromkeys(("int", "int4", "serial"), "integer"),
    **dict.fromkeys(("int8", "bigserial", "oid"), "bigint"),
    **dict.fromkeys(("float4",), "real"),
    **dict.fromkeys(("float", "float8"), "double precision"),
    **dict.fromkeys(("decimal",), "numeric"),
    **dict.fromkeys(("character varying",), "varchar"),
    **dict.fromkeys(("character", "bpchar"), "char"),
    **dict.fromkeys(("timestamp with time zone",), "timestamptz"),
    **dict.fromkeys(("timestamp without time zone",), "timestamp"),
    **dict.fromkeys(("time with time zone",), "timetz"),
    **dict.fromkeys(("time without time zone",), "time"),
}
_TEXTS = ("text", "varchar", "char", "citext", "enum", "xml", "tsvector", "macaddr", "macaddr8")
_PLAIN: dict[str, Read] = {
    "boolean": binaries.read_flag,
    **dict.fromkeys(("smallint", "integer", "bigint"), numbers.read_whole),
    **dict.fromkeys(("real", "double precision"), numbers.read_float),
    **dict.fromkeys(_TEXTS, texts.read_text),
    **dict.fromkeys(("json", "jsonb"), texts.read_json),
    "uuid": texts.read_uuid,
    "inet": texts.read_inet,
    "cidr": texts.read_cidr,
    "hstore": texts.read_hstore,
    "vector": array_reader(numbers.read_float),
    "date": times.read_date,
    "timetz": times.read_zoned_time,
    "timestamptz": times.read_zoned_timestamp,
}
_EXACT: dict[Read, type] = {
    binaries.read_flag: bool,
    numbers.read_whole: int,
    numbers.read_float: float,
    texts.read_text: str,
}
_BOUNDS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("int4", "int8"), int),
    "num": Decimal,
    "date": times.read_date,
    "ts": times.read_timestamp_text,
    "tstz": times.read_zoned_timestamp,
}
_BY_MODE: dict[str, Callable[[_Arguments, Modes], Read]] = {
    "numeric": lambda size, modes: numbers.decimal_reader(_scale(size), modes),
    "money": lambda _, modes: numbers.decimal_reader(2, modes),
    "time": lambda size, modes: times.time_reader(size[0] if size else 6, modes),
    "timestamp": lambda size, modes: times.timestamp_reader(size[0] if size else 6, modes),
    "interval": lambda _, modes: (
        intervals.read_iso if modes.intervals == "string" else intervals.read_microseconds
    ),
    "bytea": lambda _, modes: binaries.bytes_reader(modes),
    "bit": lambda size, _: binaries.bits_reader(size[0] if size else 1),
}
_LARGE_TEXTS = {"text", "varchar", "char", "citext", "xml", "tsvector", "json", "jsonb", "hstore"}
# Arrays of these Debezium leaves out of the record or writes as null, whatever the modes.
_NOT_CARRIED = {"interval", "money", "bit", "hstore", "vector"}


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What reads a column's values (never null), and what stands for an unchanged one.

    ``hides_unchanged``: Debezium has no placeholder here and writes null. ``exact``: a value of
    this Python type is already what ``read`` would make of it.
    """

    read: Read
    placeholder: Any = None
    hides_unchanged: bool = False
    exact: type | None = None


def column_type(text: str, modes: Modes) -> ColumnType:
    """Return the type that ``text`` names; raises ``MistakenTable`` when it cannot be read."""
    name, arguments, dimensions = parsed(text)
    read = _reader(name, arguments, modes)
    if read is None:
        raise MistakenTable(f"the type {text!r} is not known")
    if dimensions > 1:
        raise MistakenTable(f"{text!r}: Debezium does not carry arrays of arrays")
    if dimensions == 1:
        return _array(text, name, read, modes)
    if name == "bytea" or name.endswith("multirange"):
        placeholder = binary_placeholder(modes)
        return ColumnType(read, placeholder, hides_unchanged=placeholder is None)
    if name == "vector" or (name == "numeric" and not arguments and modes.decimals != "string"):
        return ColumnType(read, hides_unchanged=True)
    if name == "hstore" and modes.hstores == "map":
        return ColumnType(read, {modes.placeholder: modes.placeholder})
    is_large = name in _LARGE_TEXTS or (name == "numeric" and not arguments)
    return ColumnType(read, modes.placeholder if is_large else None, exact=_EXACT.get(read))


def _array(text: str, name: str, read: Read, modes: Modes) -> ColumnType:
    if name in _NOT_CARRIED or name.endswith("multirange"):
        raise MistakenTable(f"{text!r}: Debezium does not carry such arrays")
    placeholder = array_placeholder(name, modes)
    return ColumnType(array_reader(read), placeholder, hides_unchanged=placeholder is None)


def parsed(text: str) -> tuple[str, _Arguments, int]:
    match = _NAME.fullmatch(" ".join(text.lower().split()))
    if match is None:
        raise MistakenTable(f"the type {text!r} is not known")
    name = match["name"] + (match["zone"] or "")
    sizes = tuple(int(size) for size in (match["arguments"] or "").split(",") if size)
    return _ALIASES.get(name, name), sizes, len(match["dimensions"]) // 2


def _reader(name: str, arguments: _Arguments, modes: Modes) -> Read | None:
    if name in _PLAIN:
        return _PLAIN[name]
    if name in _BY_MODE:
        return _BY_MODE[name](arguments, modes)
    if name.endswith("multirange"):
        return _multirange(_BOUNDS.get(name.removesuffix("multirange")), modes)
    bound = _BOUNDS.get(name.removesuffix("range")) if name.endswith("range") else None
    return range_reader(bound) if bound else None


def _multirange(bound: Callable[[str], Any] | None, modes: Modes) -> Read | None:
    # Debezium knows no multiranges: they come as opaque bytes, and that only when
    # `include.unknown.datatypes` is on.
    if bound is None:
        return None
    octets, read = binaries.bytes_reader(modes), multirange_reader(bound)
    return lambda raw: read(octets(raw).decode())


def _scale(size: _Arguments) -> int | None:
    if not size:
        return None
    scale = size[1] if len(size) > 1 else 0
    if scale < 0:
        raise MistakenTable("Debezium does not tell the negative scale of a numeric")
    return scale
