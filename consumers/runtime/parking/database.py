"""The parking lot in the consumer's own database, PostgreSQL or SQLite.

Enters: parked records. Leaves: rows, written in whatever transaction is open, so that with the
database store a record is parked and its offset moves together or not at all. Which keys are
held is remembered, as every record that is read asks for it.
"""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from consumers.runtime.models import ParkedRecord
from consumers.runtime.parking.port import Parked
from consumers.runtime.records import Partition, Record

_BLOCKS = ~Q(state="dead") | Q(holds_key=True)


class DatabaseLot:
    """The parked records of ``consumer``."""

    def __init__(self, consumer: str) -> None:
        self._consumer = consumer
        self._own: set[Partition] = set()
        self._places: dict[tuple[Partition, int], bytes | None] = {}
        # How many of a key's parked records hold later ones back.
        self._held: Counter[tuple[Partition, bytes]] = Counter()

    @property
    def size(self) -> int:
        return len(self._places)

    def load(self, partitions: Iterable[Partition]) -> None:
        self._own |= set(partitions)
        self.reload()

    def forget(self, partitions: Iterable[Partition]) -> None:
        self._own -= set(partitions)
        self.reload()

    def reload(self) -> None:
        self._places.clear()
        self._held.clear()
        columns = ("topic", "partition", "offset", "key", "state", "holds_key")
        for topic, number, offset, key, state, holds in self._rows().values_list(*columns):
            partition = Partition(topic, number)
            self._places[partition, offset] = key = None if key is None else bytes(key)
            if key is not None and (state != "dead" or holds):
                self._held[partition, key] += 1

    def holds(self, record: Record) -> bool:
        return record.key is not None and bool(self._held[record.source, record.key])

    def knows(self, record: Record) -> bool:
        return (record.source, record.offset) in self._places

    def put(self, parked: Parked) -> None:
        record = parked.record
        ParkedRecord.objects.update_or_create(
            **self._place(record),
            defaults={
                "state": parked.state,
                "attempts": parked.attempts,
                "due": parked.due,
                "error": parked.error.replace("\0", "�"),
                "holds_key": parked.holds_key,
            },
            create_defaults={
                "key": record.key,
                "value": record.value,
                "headers": _written(record),
                "timestamp": record.timestamp,
                "state": parked.state,
                "attempts": parked.attempts,
                "due": parked.due,
                "error": parked.error.replace("\0", "�"),
                "holds_key": parked.holds_key,
            },
        )
        self.reload()

    def due(self, now: float, limit: int) -> list[Parked]:
        if not self._places:
            return []
        earlier = ParkedRecord.objects.filter(
            _BLOCKS,
            consumer=OuterRef("consumer"),
            topic=OuterRef("topic"),
            partition=OuterRef("partition"),
            key=OuterRef("key"),
            offset__lt=OuterRef("offset"),
        )
        is_due = Q(state="queued") | Q(state="waiting", due__lte=now)
        rows = self._rows().filter(is_due & ~Exists(earlier)).order_by("offset")
        return [parked_from(row) for row in rows[:limit]]

    def remove(self, record: Record) -> None:
        ParkedRecord.objects.filter(**self._place(record)).delete()
        self.reload()

    def _rows(self) -> QuerySet[ParkedRecord]:
        of_own = Q()
        for partition in self._own:
            of_own |= Q(topic=partition.topic, partition=partition.number)
        rows = ParkedRecord.objects.filter(of_own, consumer=self._consumer)
        return rows if self._own else rows.none()

    def _place(self, record: Record) -> dict[str, Any]:
        return {
            "consumer": self._consumer,
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
        }


def parked_from(row: ParkedRecord) -> Parked:
    """Give a row as the loop knows it."""
    headers = tuple((name, None if t is None else b64decode(t)) for name, t in row.headers)
    record = Record(
        topic=row.topic,
        partition=row.partition,
        offset=row.offset,
        key=None if row.key is None else bytes(row.key),
        value=None if row.value is None else bytes(row.value),
        headers=headers,
        timestamp=row.timestamp,
    )
    state: Any = row.state
    return Parked(record, state, row.attempts, row.due, row.error, row.holds_key)


def _written(record: Record) -> list[tuple[str, str | None]]:
    return [(name, None if t is None else b64encode(t).decode()) for name, t in record.headers]
