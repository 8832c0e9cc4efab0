"""Which parked records a person means.

Enters: what was typed: a topic, a key, a piece of the error, times, states, one place. Leaves:
rows of the parking lot, those of a key together and in order. Raises ``UnclearChoice``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from consumers.runtime.errors import UnclearChoice
from consumers.runtime.models import ParkedRecord

# Of bytes that are no printable text; what is shown can be typed again.
_HEX = "0x"


class Place(NamedTuple):
    """Where a record stands."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a record must be like to be meant; nothing given means every one."""

    topic: str | None = None
    key: bytes | None = None
    # A piece of it, in either case.
    error: str | None = None
    # Parked at that time or later, and before that time.
    since: datetime | None = None
    before: datetime | None = None
    states: Sequence[str] = ()
    place: Place | None = None

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything was given but the state."""
        return any(getattr(self, each.name) for each in fields(self) if each.name != "states")

    def of(self, consumer: str) -> QuerySet[ParkedRecord]:
        """Give the chosen records of ``consumer``."""
        wanted = {
            "topic": self.topic,
            "key": self.key,
            "error__icontains": self.error,
            "parked_at__gte": self.since,
            "parked_at__lt": self.before,
            "state__in": self.states or None,
            **(self.place._asdict() if self.place else {}),
        }
        given = {name: value for name, value in wanted.items() if value is not None}
        rows = ParkedRecord.objects.filter(consumer=consumer, **given)
        return rows.order_by("key", "topic", "partition", "offset")


def place_in(text: str) -> Place:
    """Read ``topic/partition/offset``."""
    topic, _, rest = text.partition("/")
    partition, _, offset = rest.partition("/")
    if not (topic and all(part.isascii() and part.isdigit() for part in (partition, offset))):
        raise UnclearChoice(f"{text!r} is no place: say topic/partition/offset")
    # Longer than any number of the kind; Python refuses to read much longer ones.
    return Place(topic, int(partition[:30]), int(offset[:30]))


def moment_in(text: str) -> datetime:
    """Read a date or a time; without a zone it is UTC."""
    try:
        day = None if (moment := parse_datetime(text)) else parse_date(text)
    except ValueError as error:
        raise UnclearChoice(f"{text!r} is no time: {error}") from error
    moment = moment or (datetime.combine(day, time()) if day else None)
    if moment is None:
        raise UnclearChoice(f"{text!r} is no time: say 2026-11-24 or 2026-11-24T08:00+01:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def key_in(text: str) -> bytes:
    """Read a key as it is shown."""
    try:
        return bytes.fromhex(text.removeprefix(_HEX)) if text.startswith(_HEX) else text.encode()
    except ValueError as error:
        raise UnclearChoice(f"{text!r} is no key: {error}") from error


def shown_key(key: bytes | None) -> str:
    """Write a key so that ``key_in`` reads it, and no terminal obeys it; "" of a record without."""
    raw = bytes(key or b"")
    text = raw.decode(errors="replace")
    is_plain = text.isprintable() and not text.startswith(_HEX) and text.encode() == raw
    return text if is_plain else _HEX + raw.hex()
