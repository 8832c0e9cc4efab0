"""When so many records fail that it is no longer the records: the consumer is halted instead.

A bad release must not empty a topic into the dead letters.
"""

import threading
from collections import deque

from consumers.runtime.config import DeadLetterLimits
from consumers.runtime.errors import Halted
from consumers.runtime.records import Record


class DeadLetterWatch:
    """Counts what went well and what was buried."""

    def __init__(self, limits: DeadLetterLimits) -> None:
        self._limits = limits
        self._in_a_row = 0
        # Of the last records, which were buried: (well, buried) in the order they came.
        self._last: deque[tuple[int, int]] = deque()
        self._well = self._buried = 0
        # Lanes hear at the same time.
        self._lock = threading.Lock()

    def well(self, count: int) -> None:
        """Hear that ``count`` records were applied."""
        if count:
            with self._lock:
                self._in_a_row = 0
                self._count(count, 0)

    def ill(self) -> None:
        """Hear that one was buried."""
        with self._lock:
            self._in_a_row += 1
            self._count(0, 1)

    def check(self, record: Record, error: Exception) -> None:
        """Raise ``Halted`` when one more dead letter would be too many."""
        limits = self._limits
        if self._in_a_row >= limits.in_a_row:
            raise Halted(f"{limits.in_a_row} records in a row were poison{_at(record, error)}")
        seen = self._well + self._buried
        if seen >= limits.of and self._buried >= limits.share * seen:
            raise Halted(
                f"{self._buried} of the last {seen} records were poison{_at(record, error)}"
            )

    def forget(self) -> None:
        """Count from nothing: a person says that what was wrong is mended."""
        with self._lock:
            self._last.clear()
            self._in_a_row = self._well = self._buried = 0

    def _count(self, well: int, buried: int) -> None:
        self._last.append((well, buried))
        self._well += well
        self._buried += buried
        while self._well + self._buried - sum(self._last[0]) >= self._limits.of:
            gone = self._last.popleft()
            self._well -= gone[0]
            self._buried -= gone[1]


def _at(record: Record, error: Exception) -> str:
    return f"; the last at {record.topic}/{record.partition}/{record.offset}: {error}"
