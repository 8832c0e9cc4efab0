"""What the auditor keeps of a record: enough to compare it, none of its contents."""

from typing import NamedTuple

# Events are compared by minutes, rows by so many keys at a time.
MINUTE_S = 60
RANGE = 1000


class EventNote(NamedTuple):
    """One delivery of an event."""

    topic: str
    number: int
    position: int
    id: str
    aggregate: str
    version: int
    range: int
    term: int


class RowNote(NamedTuple):
    """The last record of a key; ``version`` is None for a deleted row, -1 for one unreadable."""

    topic: str
    key: int
    version: int | None
    range: int
    term: int
    number: int
    raw: bytes


class Unreadable(NamedTuple):
    """A record that tells nothing."""

    topic: str
    number: int
    position: int
    reason: str


class Disorder(NamedTuple):
    """An event that came, for the first time, after a later one of its aggregate."""

    topic: str
    number: int
    position: int
    id: str
    aggregate: str
    version: int
    before: int

    def __str__(self) -> str:
        return (
            f"{self.id}: {self.aggregate} version {self.version} came after version "
            f"{self.before} ({self.topic}/{self.number}/{self.position})"
        )
