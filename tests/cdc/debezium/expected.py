"""What of a value survives a mode: the losses that `cdc.debezium.losses` tells, as a function.

Enters: a value as PostgreSQL has it, its type, the modes. Leaves: what decoding should give.
"""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from cdc.debezium import FarTimestamp, Interval, Modes, Special

_MONTH_US = 2_629_800_000_000
_DAY_US = 86_400_000_000


def expected(value: Any, type_name: str, modes: Modes) -> Any:
    """Return what a column of this type is decoded to."""
    if isinstance(value, list):
        return [expected(item, type_name.removesuffix("[]"), modes) for item in value]
    if isinstance(value, Decimal) and "range" not in type_name:
        return _number(value, modes)
    if isinstance(value, Interval) and modes.intervals == "numeric":
        whole = value.months * _MONTH_US + value.days * _DAY_US + value.microseconds
        return Interval(microseconds=whole)
    if type_name.startswith(("time(", "timestamp(")) or type_name in ("time", "timestamp"):
        return _moment(value, type_name, modes)
    return value


def _number(value: Decimal, modes: Modes) -> Decimal | None:
    if modes.decimals == "double":
        return Decimal(repr(float(value))) if value.is_finite() else value
    return None if modes.decimals == "precise" and not value.is_finite() else value


def _moment(value: Any, type_name: str, modes: Modes) -> Any:
    if value is Special.END_OF_DAY:
        return time(0) if modes.times == "isostring" else value
    if modes.times == "connect" and isinstance(value, time | datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    is_beyond = isinstance(value, FarTimestamp) or (
        isinstance(value, datetime) and value.year < 1677
    )
    if modes.times == "nanoseconds" and is_beyond:
        return None
    return value


def same(found: Any, wanted: Any) -> bool:
    """Tell whether two values are of one type and equal; NaN equals itself here."""
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    is_nan = wanted != wanted and found != found
    return type(found) is type(wanted) and bool(is_nan or found == wanted)
