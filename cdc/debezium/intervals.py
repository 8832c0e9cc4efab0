"""Intervals in both values of interval.handling.mode.

Enters: microseconds, or an ISO 8601 duration. Leaves: `Interval`. The rule is in the PostgreSQL
connector documentation, "Basic types": the numeric mode counts a month as 365.25 / 12 days.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cdc.debezium.errors import Unreadable

_ISO = re.compile(
    r"P(-?\d+)Y(-?\d+)M(-?\d+)DT(-?\d+)H(-?\d+)M(-?)(\d+)(?:\.(\d{1,6}))?S",
)
_LIMITS = (2**63 - 1, -(2**63))


@dataclass(frozen=True, slots=True)
class Interval:
    """PostgreSQL's three parts, none of which is a fixed number of another."""

    months: int = 0
    days: int = 0
    microseconds: int = 0

    def timedelta(self) -> timedelta:
        """Return the length in time; raises ``ValueError`` when there are months in it."""
        if self.months:
            raise ValueError("A month has no fixed length.")
        return timedelta(days=self.days, microseconds=self.microseconds)


def read_microseconds(raw: Any) -> Interval:
    """Read the numeric mode: all of it in microseconds, months by their mean length."""
    if type(raw) is not int:
        raise Unreadable("a number of microseconds is expected")
    if raw in _LIMITS:
        raise Unreadable("it was cut to the longest interval that the numeric mode can say")
    return Interval(microseconds=raw)


def read_iso(raw: Any) -> Interval:
    """Read the string mode, which keeps the parts."""
    match = _ISO.fullmatch(raw)
    if match is None:
        raise Unreadable("it is no ISO 8601 duration")
    years, months, days, hours, minutes, sign, seconds, fraction = match.groups(default="")
    part = int(seconds) * 1_000_000 + int(fraction.ljust(6, "0"))
    whole = (int(hours) * 60 + int(minutes)) * 60_000_000
    return Interval(
        months=int(years) * 12 + int(months),
        days=int(days),
        microseconds=whole + (-part if sign else part),
    )
