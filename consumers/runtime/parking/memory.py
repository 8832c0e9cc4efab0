"""A parking lot in memory: for tests, and as what the one in a database remembers.

Every question is answered by the key's line or by the place, never by looking at all.
"""

import threading
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from consumers.runtime.parking.port import Parked, Place
from consumers.runtime.records import Partition, Record

# A record without key stands in a line of its own, named by its offset.
_Line = tuple[Partition, bytes | int]


class MemoryLot:
    """Everything parked, by place; ``parked`` outlives the one who looks after it."""

    def __init__(self, parked: dict[Place, Parked] | None = None) -> None:
        self.parked = {} if parked is None else parked
        self._own: set[Partition] = set()
        self._places: set[Place] = set()
        # Of each key the offsets that hold later ones back, ascending.
        self._lines: dict[_Line, list[int]] = {}
        self._unit = threading.local()

    @property
    def size(self) -> int:
        return len(self._places)

    def places(self) -> list[Place]:
        return sorted(self._places)

    def load(self, partitions: Iterable[Partition]) -> None:
        self._own |= set(partitions)
        self.reload()

    def forget(self, partitions: Iterable[Partition]) -> None:
        self._own -= set(partitions)
        self.reload()

    def reload(self) -> None:
        self._places.clear()
        self._lines.clear()
        for parked in self.parked.values():
            self._line_up(parked)

    @contextmanager
    def unit(self, *, is_atomic: bool) -> Iterator[None]:
        before: list[tuple[Place, Parked | None]] = []
        self._unit.before = before
        try:
            yield
        except BaseException:
            self._unit.before = None
            for place, parked in reversed(before if is_atomic else []):
                self._set(place, parked)
            raise
        finally:
            self._unit.before = None

    def holds(self, record: Record) -> bool:
        if record.key is None:
            return False
        line = self._lines.get((record.source, record.key))
        return line is not None and line[0] < record.offset

    def knows(self, record: Record) -> bool:
        return (record.source, record.offset) in self._places

    def put(self, *parked: Parked) -> None:
        for each in parked:
            self._set(each.place, each)

    def remove(self, *records: Record) -> None:
        for record in records:
            self._set((record.source, record.offset), None)

    def due(self, now: float, limit: int) -> list[Parked]:
        return list(islice(self._due(now), limit))

    def _due(self, now: float) -> Iterator[Parked]:
        for (partition, _), offsets in self._lines.items():
            for offset in offsets:
                parked = self.parked[partition, offset]
                if parked.state == "dead" or (parked.state == "waiting" and parked.due > now):
                    break
                yield parked

    def _set(self, place: Place, parked: Parked | None) -> None:
        before = self.parked.pop(place, None)
        if (unit := getattr(self._unit, "before", None)) is not None:
            unit.append((place, before))
        if before is not None:
            self._leave_line(before)
        if parked is not None:
            self.parked[place] = parked
            self._line_up(parked)

    def _line_up(self, parked: Parked) -> None:
        if parked.record.source not in self._own:
            return
        self._places.add(parked.place)
        if parked.blocks:
            insort(self._lines.setdefault(_line_of(parked.record), []), parked.record.offset)

    def _leave_line(self, parked: Parked) -> None:
        self._places.discard(parked.place)
        line = self._lines.get(name := _line_of(parked.record))
        if line is None or not parked.blocks:
            return
        del line[bisect_left(line, parked.record.offset)]
        if not line:
            del self._lines[name]


def _line_of(record: Record) -> _Line:
    return record.source, record.offset if record.key is None else record.key
