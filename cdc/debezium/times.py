"""Dates, times and timestamps in every time.precision.mode.

Enters: numbers or ISO texts. Leaves: Python's `date`, `time` and `datetime`; `FarDate` and
`FarTimestamp` beyond their years; `Special` for infinity and 24:00. The units are those of the
PostgreSQL connector documentation, "Temporal types"; what stands for infinity was recorded from
Debezium 3.6, which writes other numbers in a snapshot than from the log.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cdc.debezium.errors import Unreadable
from cdc.debezium.markers import Special
from cdc.debezium.modes import Modes
from cdc.debezium.moments import FarDate, FarTimestamp, far_date, far_timestamp

Read = Callable[[Any], Any]

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a `timestamp` has no zone
_EPOCH_DAY = date(1970, 1, 1)
_DAY_US = 86_400_000_000
_MILLI, _MICRO, _NANO = 1000, 1_000_000, 1_000_000_000

_INFINITE: dict[Any, Special] = {
    "infinity": Special.INFINITY,
    "-infinity": Special.MINUS_INFINITY,
}
_INFINITE_DATES: dict[Any, Special] = {
    **_INFINITE,
    **dict.fromkeys((-2147472692, -622191234), Special.INFINITY),
    **dict.fromkeys(("-5877611-06-21Z", "+292278994-08-16Z"), Special.INFINITY),
    **dict.fromkeys((-2147472691, -625821272), Special.MINUS_INFINITY),
    **dict.fromkeys(("-5877611-06-22Z", "+292269055-12-02Z"), Special.MINUS_INFINITY),
}
_INFINITE_TIMESTAMPS: dict[Any, Special] = {
    **_INFINITE,
    **dict.fromkeys((9223372036825200, 9223372036825200000, 2**63 - 1), Special.INFINITY),
    **dict.fromkeys((-9223372036832400, -9223372036832400000, -(2**63)), Special.MINUS_INFINITY),
    "+294247-01-10T04:00:25.2Z": Special.INFINITY,
    "-290308-12-21T19:59:27.6Z": Special.MINUS_INFINITY,
}


def read_date(raw: Any) -> Any:
    """Read a date: days since 1970, or an ISO text."""
    if raw in _INFINITE_DATES:
        return _INFINITE_DATES[raw]
    if isinstance(raw, str):
        text = raw.removesuffix("Z")
        return _first(date.fromisoformat, far_date, text)
    try:
        return _EPOCH_DAY + timedelta(days=_whole(raw))
    except OverflowError:
        return FarDate(raw)


def time_reader(precision: int, modes: Modes) -> Read:
    """Return what reads a ``time(precision)``."""
    exact = precision > 3 or modes.times == "adaptive_time_microseconds"
    unit = _unit(modes, exact=exact)

    def read(raw: Any) -> time | Special:
        if modes.times == "isostring":
            return time.fromisoformat(_text(raw)).replace(tzinfo=None)
        microseconds = _whole(raw) * _MICRO // unit
        if microseconds == _DAY_US:
            return Special.END_OF_DAY
        return (_EPOCH + timedelta(microseconds=microseconds)).time()

    return read


def read_zoned_time(raw: Any) -> time:
    """Read a `timetz`, which Debezium writes in UTC in every mode."""
    return time.fromisoformat(_text(raw))


def timestamp_reader(precision: int, modes: Modes) -> Read:
    """Return what reads a ``timestamp(precision)`` without time zone."""
    unit = _unit(modes, exact=precision > 3)

    def read(raw: Any) -> Any:
        if raw in _INFINITE_TIMESTAMPS:
            return _INFINITE_TIMESTAMPS[raw]
        if modes.times == "isostring":
            return read_timestamp_text(_text(raw))
        microseconds = _whole(raw) * _MICRO // unit
        try:
            return _EPOCH + timedelta(microseconds=microseconds)
        except OverflowError:
            return FarTimestamp(microseconds)

    return read


def read_timestamp_text(raw: str) -> Any:
    """Read a timestamp without time zone from its text."""
    if raw in _INFINITE:
        return _INFINITE[raw]
    return _first(datetime.fromisoformat, far_timestamp, raw.removesuffix("Z"))


def read_zoned_timestamp(raw: Any) -> Any:
    """Read a `timestamptz`, a text in UTC in every mode; leaves an aware `datetime`."""
    if raw in _INFINITE:
        return _INFINITE[raw]
    found = _first(datetime.fromisoformat, far_timestamp, _text(raw))
    return found.astimezone(UTC) if isinstance(found, datetime) else found


def _unit(modes: Modes, *, exact: bool) -> int:
    if modes.times == "nanoseconds":
        return _NANO
    if modes.times == "connect":
        return _MILLI
    return _MICRO if exact or modes.times == "microseconds" else _MILLI


def _first(near: Callable[[str], Any], far: Callable[[str], Any], text: str) -> Any:
    try:
        return near(text)
    except ValueError:
        return far(text)


def _whole(raw: Any) -> int:
    if type(raw) is not int:
        raise Unreadable("a number is expected")
    return raw


def _text(raw: Any) -> str:
    if type(raw) is not str:
        raise Unreadable("a text is expected")
    return raw
