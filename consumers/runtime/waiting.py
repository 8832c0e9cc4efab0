"""Records whose partition waits after `RetryLater`: what is held, and until when.

A failing record and everything behind it in its partition wait here in order, while the
partition is paused at the broker and the others flow.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from consumers.runtime.records import Partition, Record


@dataclass(slots=True)
class Wait:
    """One waiting partition: its records in order, the first of which failed."""

    due: float
    attempts: int
    records: deque[Record] = field(default_factory=deque)


class WaitingPartitions:
    """Every partition that waits, by name."""

    def __init__(self) -> None:
        self._waits: dict[Partition, Wait] = {}

    def __contains__(self, partition: Partition) -> bool:
        return partition in self._waits

    def __bool__(self) -> bool:
        return bool(self._waits)

    def hold(self, record: Record, *, due: float, attempts: int) -> None:
        """Let the failed ``record`` lead its partition's queue until ``due``."""
        wait = self._waits.setdefault(record.source, Wait(due, attempts))
        wait.due, wait.attempts = due, attempts
        wait.records.appendleft(record)

    def queue(self, record: Record) -> None:
        """Put ``record`` behind those that already wait in its partition."""
        self._waits[record.source].records.append(record)

    def take_due(self, now: float) -> list[Wait]:
        """Remove and give the waits whose time has come."""
        due = [partition for partition, wait in self._waits.items() if wait.due <= now]
        return [self._waits.pop(partition) for partition in due]

    def forget(self, partitions: Iterable[Partition]) -> None:
        """Drop what waits in ``partitions``; their next owner reads it again."""
        for partition in partitions:
            self._waits.pop(partition, None)
