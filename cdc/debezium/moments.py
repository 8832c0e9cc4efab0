"""Dates and timestamps that Python's own types cannot hold.

Enters: days or microseconds since 1970, or a text with a year before 1 or after 9999.
Leaves: `FarDate` and `FarTimestamp`, which can be compared and printed. PostgreSQL counts in the
proleptic Gregorian calendar, as Python does; a year 0 is 1 BC (ISO 8601).
"""

import re
from dataclasses import dataclass
from datetime import date, time

from cdc.debezium.errors import Unreadable

# The calendar repeats itself after 400 years, so that Python's `date` can do all the counting.
_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
_EPOCH = date(1970, 1, 1).toordinal()
_DAY_US = 86_400_000_000
_TEXT = re.compile(r"([+-]?\d{4,})-(\d\d)-(\d\d)(?:[T ]([\d:.]+))?(?:Z|\+00)?( BC)?")


@dataclass(frozen=True, slots=True, order=True)
class FarDate:
    """A date before year 1 or after 9999, as days since 1970-01-01."""

    days: int

    def __str__(self) -> str:
        year, month, day = _civil(self.days)
        return f"{_year(year)}-{month:02}-{day:02}"


@dataclass(frozen=True, slots=True, order=True)
class FarTimestamp:
    """A timestamp before year 1 or after 9999, as microseconds since 1970-01-01 (UTC)."""

    microseconds: int

    def __str__(self) -> str:
        days, rest = divmod(self.microseconds, _DAY_US)
        seconds, fraction = divmod(rest, 1_000_000)
        hours, seconds = divmod(seconds, 3600)
        clock = time(hours, seconds // 60, seconds % 60, fraction)
        return f"{FarDate(days)}T{clock.isoformat()}"


def far_date(text: str) -> FarDate:
    """Return the date that ``text`` names in ISO 8601 or as PostgreSQL prints it."""
    return FarDate(_split(text)[0])


def far_timestamp(text: str) -> FarTimestamp:
    """Return the timestamp (UTC) that ``text`` names in ISO 8601 or as PostgreSQL prints it."""
    days, clock = _split(text)
    at = time.fromisoformat(clock or "00:00")
    seconds = (at.hour * 60 + at.minute) * 60 + at.second
    return FarTimestamp(days * _DAY_US + seconds * 1_000_000 + at.microsecond)


def _split(text: str) -> tuple[int, str]:
    match = _TEXT.fullmatch(text)
    if match is None:
        raise Unreadable("it is no date")
    year, month, day, clock, before_christ = match.groups()
    counted = 1 - int(year) if before_christ else int(year)
    return _days(counted, int(month), int(day)), clock or ""


def _days(year: int, month: int, day: int) -> int:
    cycles, rest = divmod(year - 1, _CYCLE_YEARS)
    return date(rest + 1, month, day).toordinal() - _EPOCH + cycles * _CYCLE_DAYS


def _civil(days: int) -> tuple[int, int, int]:
    cycles, rest = divmod(days + _EPOCH - 1, _CYCLE_DAYS)
    near = date.fromordinal(rest + 1)
    return near.year + cycles * _CYCLE_YEARS, near.month, near.day


def _year(year: int) -> str:
    return f"{year:04}" if 0 <= year <= 9999 else f"{year:+05}"
