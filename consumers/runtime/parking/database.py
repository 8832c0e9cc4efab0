"""The parking lot in the consumer's own database, PostgreSQL or SQLite.

Enters: parked records. Leaves: rows, written in whatever transaction is open, so that with the
database store a record is parked and its offset moves together or not at all. All but the bytes
is remembered, as every record that is read asks whether its key is held.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

from django.db.models import Q, QuerySet

from consumers.runtime.models import ParkedRecord
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.parking.port import Parked
from consumers.runtime.parking.rows import CHANGES, LARGE, PLACE, parked_from, row_of
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.connection import asking


class DatabaseLot:
    """The parked records of ``consumer``."""

    def __init__(self, consumer: str) -> None:
        self._consumer = consumer
        self._own: set[Partition] = set()
        # The same lot, its records without what is ``LARGE``.
        self._known = MemoryLot()
        self.holds = self._known.holds
        self.knows = self._known.knows
        self.places = self._known.places

    @property
    def size(self) -> int:
        return self._known.size

    def load(self, partitions: Iterable[Partition]) -> None:
        self._own |= set(partitions)
        self.reload()

    def forget(self, partitions: Iterable[Partition]) -> None:
        self._own -= set(partitions)
        self._known.forget(partitions)

    def reload(self) -> None:
        with asking(ParkedRecord):
            rows = list(self._rows().defer(*LARGE))
        known = (parked_from(row) for row in rows)
        self._known.parked.clear()
        self._known.parked.update((each.place, each) for each in known)
        self._known.load(self._own)

    def unit(self, *, is_atomic: bool) -> AbstractContextManager[None]:
        return self._known.unit(is_atomic=is_atomic)

    def put(self, *parked: Parked) -> None:
        with asking(ParkedRecord):
            ParkedRecord.objects.bulk_create(
                [row_of(each, self._consumer) for each in parked],
                update_conflicts=True,
                unique_fields=PLACE,
                update_fields=CHANGES,
            )
        self._known.put(*map(_without_bytes, parked))

    def due(self, now: float, limit: int) -> list[Parked]:
        records = [each.record for each in self._known.due(now, limit)]
        with asking(ParkedRecord):
            full = [parked_from(row) for rows in self._at(records) for row in rows]
        # One that a person has discarded meanwhile is known until the next look.
        found = {each.place: each for each in full}
        return [found[place] for r in records if (place := (r.source, r.offset)) in found]

    def remove(self, *records: Record) -> None:
        with asking(ParkedRecord):
            for rows in self._at(records):
                rows.delete()
        self._known.remove(*records)

    def _at(self, records: Iterable[Record]) -> Iterator[QuerySet[ParkedRecord]]:
        offsets: dict[Partition, list[int]] = {}
        for record in records:
            offsets.setdefault(record.source, []).append(record.offset)
        for (topic, number), some in offsets.items():
            yield ParkedRecord.objects.filter(
                consumer=self._consumer, topic=topic, partition=number, offset__in=some
            )

    def _rows(self) -> QuerySet[ParkedRecord]:
        of_own = Q(pk__in=[])
        for partition in self._own:
            of_own |= Q(topic=partition.topic, partition=partition.number)
        return ParkedRecord.objects.filter(of_own, consumer=self._consumer)


def all_parked(consumer: str) -> list[Parked]:
    """Give everything that ``consumer`` has parked."""
    with asking(ParkedRecord):
        return [parked_from(row) for row in ParkedRecord.objects.filter(consumer=consumer)]


def _without_bytes(parked: Parked) -> Parked:
    return replace(parked, record=parked.record._replace(value=None, headers=()), stack="")
