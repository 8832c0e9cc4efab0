"""How far a consumer is: written by the loop and the handlers, read by the process's address.

The readers are other threads: what they read is replaced or added to, never taken apart. Handlers
may run in several threads, too, so counting is locked.
"""

import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from consumers.runtime.rebuilding.progress import RebuildProgress
from consumers.runtime.records import Partition, Record

# How long what is called the rate remembers.
_HALF_LIFE = 5.0
# Upper ends, in seconds, of what handling a batch is counted under.
BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0)

_source = itemgetter(0, 1)


@dataclass(slots=True)
class PartitionProgress:
    """Counters of one partition since it was assigned."""

    # Next offset to apply, and when the youngest record before it was made.
    offset: int | None = None
    record_at: float = 0.0
    # Records below were handled before, and are read again on purpose.
    replay_until: int = 0
    # Records still to be read, when known, and when there were none last.
    unread: int | None = None
    read_out_at: float = 0.0
    applied: int = 0
    retries: int = 0
    dead_letters: int = 0
    # Records a second of late.
    rate: float = 0.0
    measured: int = 0


@dataclass(slots=True)
class Progress:
    """Counters of one consumer process since it started."""

    clock: Callable[[], float] = time.time
    partitions: dict[Partition, PartitionProgress] = field(default_factory=dict)
    # Of partitions that went to another process: counters only rise.
    gone: PartitionProgress = field(default_factory=PartitionProgress)
    # What was read last and is handled now, or waits for the store; some of it may be taken.
    waiting: Sequence[Record] = ()
    # Records in the parking lot.
    parked: int = 0
    # When the record taken last was made; 0 before the first.
    last_record_at: float = 0.0
    last_turn_at: float = 0.0
    # Of a consumer that builds its empty read model before it begins.
    rebuild: RebuildProgress | None = None
    was_assigned: bool = False
    is_caught_up: bool = False
    is_store_away: bool = False
    # Why the loop has not begun yet, and what would let it.
    waits_for: str = ""
    # Since when and why nothing is handled until a person says so.
    halt: str = ""
    # Nothing is read until some of what is parked is attended to.
    is_lot_full: bool = False
    # A handler takes longer than any should.
    is_stuck: bool = False
    handled_in: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    handle_seconds: float = 0.0
    _measured_at: float = 0.0
    _counting: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def turned(self) -> None:
        """Note that the loop went round."""
        self.last_turn_at = self.clock()

    def assigned(self, starts: Mapping[Partition, int | None]) -> None:
        """Note partitions that came."""
        self.was_assigned = True
        new = {part: PartitionProgress(offset) for part, offset in starts.items()}
        self.partitions = {**self.partitions, **new}

    def rewound(self, partition: Partition, offset: int) -> None:
        """Note that ``partition`` is read again from there."""
        known = self.partitions[partition]
        known.replay_until = max(known.replay_until, known.offset or 0)
        known.offset = offset
        self.is_caught_up = False

    def revoked(self, partitions: Iterable[Partition]) -> None:
        """Note partitions that went."""
        kept = dict(self.partitions)
        for each in filter(None, (kept.pop(partition, None) for partition in partitions)):
            self.gone.applied += each.applied
            self.gone.retries += each.retries
            self.gone.dead_letters += each.dead_letters
        self.partitions = kept
        self.waiting = [each for each in self.waiting if each.source in kept]

    def read(self, records: Sequence[Record]) -> None:
        """Note that ``records`` were read and wait to be taken, behind those that do."""
        for source, count in Counter(map(_source, records)).items():
            partition = self.partitions.get(Partition(*source))
            if partition and partition.unread:
                partition.unread = max(0, partition.unread - count)
        self.waiting = [*self.waiting, *records] if self.waiting else records

    def took_all(self) -> None:
        """Note that nothing is left of what was read."""
        self.waiting = ()

    def took(self, records: Sequence[Record]) -> None:
        """Note that ``records``, read in this order, were taken."""
        counts = Counter(map(_source, records))
        with self._counting:
            for source, last in dict(zip(map(_source, records), records, strict=True)).items():
                partition = self._of(last)
                partition.applied += counts[source]
                partition.offset = last.offset + 1
                partition.record_at = max(partition.record_at, last.timestamp)
        self.last_record_at = records[-1].timestamp

    def unparked(self, record: Record) -> None:
        """Note that a parked record was applied."""
        with self._counting:
            self._of(record).applied += 1

    def retried(self, record: Record) -> None:
        """Note that ``record`` failed and will be tried again."""
        with self._counting:
            self._of(record).retries += 1
            self._pass(record)

    def buried(self, record: Record) -> None:
        """Note that ``record`` became a dead letter."""
        with self._counting:
            self._of(record).dead_letters += 1
            self._pass(record)

    def handled(self, seconds: float) -> None:
        """Note how long handlers took for a batch."""
        self.handle_seconds += seconds
        self.handled_in[bisect_left(BUCKETS, seconds)] += 1

    def measure(self, unread: Mapping[Partition, int]) -> None:
        """Note how much is to be read still; work out the rates since the last time."""
        now = self.clock()
        passed = now - self._measured_at
        weight = 1 - 0.5 ** (passed / _HALF_LIFE)
        for name, partition in self.partitions.items():
            partition.unread = unread.get(name, partition.unread)
            if unread.get(name) == 0:
                partition.read_out_at = now
            if passed > 0 and self._measured_at:
                new = (partition.applied - partition.measured) / passed
                partition.rate += (new - partition.rate) * weight
                partition.measured = partition.applied
        self._measured_at = now

    @property
    def applied(self) -> int:
        """Count the records that were taken."""
        return sum(each.applied for each in self._all())

    @property
    def retries(self) -> int:
        """Count the failures that were followed by another attempt, or will be."""
        return sum(each.retries for each in self._all())

    @property
    def dead_letters(self) -> int:
        """Count the records that became dead letters."""
        return sum(each.dead_letters for each in self._all())

    @property
    def unread(self) -> int:
        """Count the records still to be read, as far as that is known."""
        return sum(each.unread or 0 for each in self.partitions.values())

    def is_turning(self, patience: float = 30.0) -> bool:
        """Tell whether the loop went round within the last ``patience`` seconds, and can."""
        return not self.is_stuck and self.clock() - self.last_turn_at < patience

    def unready(self) -> str:
        """Say why nobody should rely on this process yet; "" when it is ready."""
        if self.waits_for:
            return self.waits_for
        if self.rebuild and self.rebuild.phase != "done" and not self.was_assigned:
            return f"the read model is built: {self.rebuild.to_do} records to do"
        if self.halt:
            return f"halted {self.halt}; `consumers resume` lets it go on"
        if self.is_store_away:
            return "the store is away"
        if not self.was_assigned:
            return "no partition was assigned yet"
        if self.is_lot_full:
            return "too many records are parked: nothing is read until some are attended to"
        if not self.is_turning():
            return "the loop does not turn"
        return "" if self.is_caught_up or not self.partitions else "records wait to be read"

    def way(self) -> str:
        """Say how far a process is that has records before it; "" when it has none."""
        if not (to_go := self.unread):
            return ""
        share = 100 * self.applied // (self.applied + to_go)
        return f"{to_go} to go, {share} % done"

    def _of(self, record: Record) -> PartitionProgress:
        found = self.partitions.get(record.source)
        if found is None:
            found = self.partitions.setdefault(record.source, PartitionProgress())
        return found

    def _pass(self, record: Record) -> None:
        partition = self._of(record)
        partition.offset = max(partition.offset or 0, record.offset + 1)

    def _all(self) -> list[PartitionProgress]:
        return [self.gone, *self.partitions.values()]
