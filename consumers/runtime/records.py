"""A record as it comes off a topic, before anybody knows what it means."""

from dataclasses import dataclass
from typing import NamedTuple


class Partition(NamedTuple):
    """One partition of one topic: the unit of order."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its place in the topic, its bytes, its headers."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    # Seconds since 1970, as the broker or the producer stamped it.
    timestamp: float

    @property
    def source(self) -> Partition:
        return Partition(self.topic, self.partition)
