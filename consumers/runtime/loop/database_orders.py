"""Orders to handle records once more, given by a person and taken by whoever owns the partition.

Enters: rows in the consumer's own database. Leaves: places to go back to; a row is gone when its
order is carried out. The loop asks between batches, when nothing of a partition is in flight.
"""

from collections.abc import Iterable, Mapping

from consumers.runtime.models import ReplayOrder
from consumers.runtime.records import Partition
from consumers.runtime.stores.connection import asking


class DatabaseOrders:
    """The orders to ``consumer``, in its own database."""

    def __init__(self, consumer: str) -> None:
        self._rows = ReplayOrder.objects.filter(consumer=consumer)
        self._consumer = consumer

    def give(self, places: Mapping[Partition, int]) -> None:
        """Order to go back to these; an older order for the same partition is replaced."""
        for (topic, number), offset in places.items():
            ReplayOrder.objects.update_or_create(
                consumer=self._consumer,
                topic=topic,
                partition=number,
                defaults={"offset": offset},
            )

    def open(self) -> dict[Partition, int]:
        with asking(ReplayOrder):
            rows = list(self._rows.values_list("topic", "partition", "offset"))
        return {Partition(topic, number): offset for topic, number, offset in rows}

    def done(self, partition: Partition) -> None:
        self.remove([partition])

    def remove(self, partitions: Iterable[Partition]) -> int:
        """Withdraw those of ``partitions`` that nobody has carried out; say how many."""
        with asking(ReplayOrder):
            return sum(
                self._rows.filter(topic=topic, partition=number).delete()[0]
                for topic, number in partitions
            )
