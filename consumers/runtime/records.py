"""A record as it comes off a topic, before anybody knows what it means."""

from collections.abc import Iterable
from typing import NamedTuple

from consumers.runtime.loop.tracing import trace_id_of


class Partition(NamedTuple):
    """One partition of one topic: the unit of order."""

    topic: str
    number: int


class Record(NamedTuple):
    """One record: its place in the topic, its bytes, its headers.

    A tuple, as a frozen dataclass takes four times as long to make.
    """

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

    def header(self, name: str) -> bytes | None:
        """Give the last header of that name, as Kafka's own clients do."""
        for known, text in reversed(self.headers):
            if known == name:
                return text
        return None

    def __str__(self) -> str:
        """Say where it is and, of an event, which one and what request caused it, for the logs."""
        place = f"topic={self.topic} partition={self.partition} offset={self.offset}"
        ids = {"ce_id": "event_id", "correlationid": "correlation_id"}
        told = [f"{ids[n]}={_printable(text)}" for n, text in self.headers if n in ids and text]
        if trace_id := trace_id_of(self.header("traceparent")):
            told.append(f"trace_id={trace_id}")
        return " ".join([place, *told])


def last_of(records: Iterable[Record]) -> Iterable[Record]:
    """Give the last record of each partition: once a batch what would cost much for each."""
    return {record[:2]: record for record in records}.values()


def _printable(text: bytes) -> str:
    # Anybody may have written it: no header begins a new line in the log, or fills it.
    return "".join(c for c in text.decode(errors="replace") if c.isprintable())[:64]
