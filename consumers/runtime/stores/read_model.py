"""The store for read models without transactions: replays are no-ops, offsets stand beside.

Enters: what handlers have staged in a read model. Leaves: a durable read model, flushed when
enough waits, when the oldest has waited long enough, or when the stream is idle.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import MistakenConsumer, RetryLater, StoreAway
from consumers.runtime.faults import reached
from consumers.runtime.records import Partition, Record


class ReadModel(Protocol):
    """A read model that is fed by one consumer; its changes are versioned upserts."""

    def resume_from(self) -> Mapping[Partition, int]:
        """Give the next offset wanted of each partition; one left out starts at the beginning."""

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        """Make everything handled so far durable together with ``offsets``.

        Atomic in effect: after a crash inside, the old offsets and a replay give the same
        read model. Raises ``RetryLater`` when it may succeed unchanged a moment later.
        """

    def caught_up(self) -> None:
        """Hear that the read model is as new as its topics, give or take a moment.

        Told first when every partition was read to its end, then again and again (about once
        a second) for as long as it stays so. Silence means that it may be old.
        """


class ReadModelStore:
    """Effects staged in ``read_model``; offsets move with its flushes.

    What keeps a second process from writing is the read model's own lock, held for as long as
    a process lives: a paused one keeps it, so nobody else has begun when it wakes up.
    """

    is_atomic = False

    def __init__(
        self,
        read_model: ReadModel,
        config: ConsumerConfig,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if config.lanes > 1 and not getattr(read_model, "is_thread_safe", False):
            raise MistakenConsumer(
                f"{config.name} has {config.lanes} lanes, and a read model for one thread; one "
                "that takes several at once says so by `is_thread_safe = True`"
            )
        self._read_model = read_model
        self._config = config
        self._clock = clock
        # Next offset of each partition that has records handled but not yet flushed.
        self._done: dict[Partition, int] = {}
        self._steps: list[Callable[[], None]] = []
        self._oldest = 0.0
        self.unsettled = 0

    def take(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        known = self._read_model.resume_from()
        return {part: known[part] for part in partitions if part in known}

    def release(self, partitions: Iterable[Partition], *, lost: bool) -> Mapping[Partition, int]:
        if lost:
            for partition in partitions:
                self._done.pop(partition, None)
            return {}
        try:
            return self._flush()
        finally:
            for partition in partitions:
                self._done.pop(partition, None)

    def is_replay(self, record: Record) -> bool:
        return False

    @contextmanager
    def unit(self, moved: Mapping[Partition, int | None]) -> Iterator["ReadModelStore"]:
        yield self
        self._move(moved)
        if self._steps:
            self._flush()

    def rewind(self, partition: Partition, offset: int, then: Callable[[], None]) -> None:
        with self.unit({partition: offset}) as unit:
            unit.then(then)

    def fresh(self, records: Sequence[Record]) -> Sequence[Record]:
        """Give all: the read model's versions tell what is old."""
        if not self.unsettled and records:
            self._oldest = self._clock()
        self.unsettled += len(records)
        return records

    def then(self, step: Callable[[], None]) -> None:
        self._steps.append(step)

    def settle(self, *, idle: bool) -> Mapping[Partition, int]:
        if not self._done and not self._steps:
            # What was tried and failed has moved nothing, and waits for no flush.
            self.unsettled = 0
            return {}
        is_old = self._clock() - self._oldest >= self._config.flush_seconds
        if not (idle or is_old or self.unsettled >= self._config.flush_records):
            return {}
        return self._flush()

    def caught_up(self) -> None:
        self._read_model.caught_up()

    def _move(self, moved: Mapping[Partition, int | None]) -> None:
        for partition, offset in moved.items():
            if offset is not None:
                self._done[partition] = offset

    def _flush(self) -> Mapping[Partition, int]:
        if not self._done and not self._steps:
            return {}
        done = dict(self._done)
        try:
            self._read_model.flush(done)
        except RetryLater as error:
            raise StoreAway(str(error)) from error
        reached("flushed")
        self._done.clear()
        self.unsettled = 0
        while self._steps:
            self._steps.pop(0)()
        return done
