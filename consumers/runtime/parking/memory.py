"""A parking lot in memory, for tests that need no database."""

from collections.abc import Iterable

from consumers.runtime.parking.port import Parked
from consumers.runtime.records import Partition, Record

_Place = tuple[Partition, int]


class MemoryLot:
    """Everything parked, by place; ``parked`` outlives the one who looks after it."""

    def __init__(self, parked: dict[_Place, Parked] | None = None) -> None:
        self.parked = {} if parked is None else parked
        self._own: set[Partition] = set()

    @property
    def size(self) -> int:
        return sum(part in self._own for part, _ in self.parked)

    def load(self, partitions: Iterable[Partition]) -> None:
        self._own |= set(partitions)

    def forget(self, partitions: Iterable[Partition]) -> None:
        self._own -= set(partitions)

    def reload(self) -> None:
        return

    def holds(self, record: Record) -> bool:
        return record.key is not None and any(
            each.blocks
            and each.record.key == record.key
            and part == record.source
            and offset < record.offset
            for (part, offset), each in self.parked.items()
        )

    def knows(self, record: Record) -> bool:
        return (record.source, record.offset) in self.parked

    def put(self, parked: Parked) -> None:
        self.parked[parked.record.source, parked.record.offset] = parked

    def due(self, now: float, limit: int) -> list[Parked]:
        found = [
            each
            for (part, _), each in sorted(self.parked.items())
            if part in self._own
            and (each.state == "queued" or (each.state == "waiting" and each.due <= now))
            and not self.holds(each.record)
        ]
        return found[:limit]

    def remove(self, record: Record) -> None:
        self.parked.pop((record.source, record.offset), None)
