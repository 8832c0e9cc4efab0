"""The hours in which homes are shown: now enters, the coming hours leave, and words for them.

One rule for every agent: each full hour from ten to five o'clock, local time, from tomorrow on
for fourteen days.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_format

HERE = ZoneInfo("America/New_York")
DAYS = 14
FIRST, LAST = 10, 17
LENGTH = timedelta(hours=1)

Choices = list[tuple[str, list[tuple[str, str]]]]


def offered(now: datetime) -> Iterator[datetime]:
    """Yield the start of every hour that can be asked for, in UTC."""
    today = now.astimezone(HERE).date()
    for day in range(1, DAYS + 1):
        for hour in range(FIRST, LAST + 1):
            # Each from its own local clock: the days on which it is changed are shorter or longer.
            start = datetime.combine(today + timedelta(days=day), time(hour), HERE)
            yield start.astimezone(UTC)


def in_words(start: datetime) -> str:
    return in_format(start.astimezone(HERE), "l j F Y, g:i A")


def as_choices(starts: list[datetime]) -> Choices:
    """Return the hours of a form, day by day."""
    days = groupby(starts, lambda start: in_format(start.astimezone(HERE), "l j F"))
    return [
        (day, [(start.isoformat(), in_format(start.astimezone(HERE), "g:i A")) for start in hours])
        for day, hours in days
    ]
