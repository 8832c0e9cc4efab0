"""The loop of every consumer: read → handle → flush → commit.

Enters: records of the group's partitions. Leaves: a read model that has applied each of
them once in effect, dead letters for those that can never be applied, offsets.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from consumers.runtime.brokers.port import Broker
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.dead_letters import bury
from consumers.runtime.errors import PoisonRecord, RetryLater, StopConsumer
from consumers.runtime.progress import Progress
from consumers.runtime.projection import Handler, Projection
from consumers.runtime.records import Partition, Record
from consumers.runtime.waiting import WaitingPartitions

log = logging.getLogger(__name__)


class Loop:
    """One consumer in one thread; ``run`` returns when ``stop`` was called and all is flushed."""

    def __init__(
        self,
        config: ConsumerConfig,
        broker: Broker,
        handler: Handler,
        projection: Projection,
        progress: Progress | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.config = config
        self.progress = progress or Progress()
        self._broker = broker
        self._handler = handler
        self._projection = projection
        self._clock = clock
        self._stopping = threading.Event()
        self._waiting = WaitingPartitions()
        self._assigned: set[Partition] = set()
        # Next offset of each partition that has records handled but not yet flushed.
        self._done: dict[Partition, int] = {}
        self._unflushed = 0
        self._oldest_unflushed = 0.0
        self._flush_attempts = 0
        self._flush_due = 0.0
        self._buried_in_a_row = 0
        self._lag_due = 0.0
        self._was_read_out = False

    def stop(self) -> None:
        """Ask the loop to drain; safe from a signal handler or another thread."""
        self._stopping.set()

    def run(self) -> None:
        """Turn until stopped, then flush, leave the group and return.

        Raises ``StopConsumer``, or whatever a broken projection raises, after having left.
        """
        self._broker.subscribe(self)
        try:
            while not self._stopping.is_set():
                self.turn()
        finally:
            # Closing revokes the partitions, and revoking flushes what is done.
            self._broker.close()

    def turn(self) -> None:
        """Go round once: one read, what is due of the waiting records, perhaps a flush."""
        self.progress.last_turn_at = self.progress.clock()
        batch = self._broker.read(self.config.batch_size, self._read_timeout())
        self._handle_all(batch)
        for wait in self._waiting.take_due(self._clock()):
            self._broker.resume(wait.records[0].source)
            self._handle_all(wait.records, attempts=wait.attempts)
        if self._is_flush_due(idle=not batch):
            self._flush()
        self._watch_lag(idle=not batch)

    # The broker's Listener: called inside read() and close().

    def assigned(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        """Start where the read model says, whatever Kafka remembers."""
        known = self._projection.resume_from()
        self._assigned |= set(partitions)
        self._was_read_out = False
        starts = {part: known[part] for part in partitions if part in known}
        log.info("assigned partitions=%s starts=%s", len(self._assigned), starts)
        return starts

    def revoked(self, partitions: Iterable[Partition], *, lost: bool) -> None:
        """Flush before another owner starts; of lost partitions nothing may be committed."""
        if not lost:
            self._flush()
        self._assigned -= set(partitions)
        self._waiting.forget(partitions)
        for partition in partitions:
            self._done.pop(partition, None)

    def _read_timeout(self) -> float:
        if self._unflushed and not self._flush_attempts:
            return self.config.linger_seconds
        return self.config.idle_seconds

    def _handle_all(self, records: Iterable[Record], attempts: int = 0) -> None:
        for record in records:
            if record.source in self._waiting:
                self._waiting.queue(record)
            else:
                self._handle(record, attempts)
                attempts = 0

    def _handle(self, record: Record, attempts: int) -> None:
        try:
            self._handler(record)
            self.progress.applied += 1
            self._buried_in_a_row = 0
        except StopConsumer:
            raise
        except PoisonRecord as error:
            if not self._bury(record, error, attempts + 1):
                return
        # The line must outlive a record that hits a mistake of the handler: it is tried
        # again as if it might heal, and then put aside with the mistake's name.
        except Exception as error:
            if not self._fail(record, error, attempts + 1):
                return
        self._mark_done(record)

    def _fail(self, record: Record, error: Exception, attempts: int) -> bool:
        """Try ``record`` again later or bury it; tell whether the line is past it."""
        if not isinstance(error, RetryLater):
            log.exception("handler_failed %s", record)
        if attempts >= self.config.retry.attempts:
            return self._bury(record, error, attempts)
        self._wait(record, attempts)
        return False

    def _wait(self, record: Record, attempts: int) -> None:
        self.progress.retries += 1
        self._broker.pause(record.source)
        due = self._clock() + self.config.retry.delay(attempts)
        self._waiting.hold(record, due=due, attempts=attempts)

    def _bury(self, record: Record, error: Exception, attempts: int) -> bool:
        self._buried_in_a_row += 1
        if self._buried_in_a_row > self.config.dead_letters_in_a_row:
            raise StopConsumer(
                f"{self.config.dead_letters_in_a_row} records in a row were poison; the last"
                f" at {record.topic}/{record.partition}/{record.offset}: {error}"
            )
        try:
            bury(self._broker, self.config.dead_letter_topic, record, error, attempts)
        except RetryLater:
            # Never pass a record that is safe nowhere: its partition waits for the topic.
            self._buried_in_a_row -= 1
            self._wait(record, attempts)
            return False
        self.progress.dead_letters += 1
        log.warning("buried %s error=%s", record, error)
        return True

    def _mark_done(self, record: Record) -> None:
        if not self._unflushed:
            self._oldest_unflushed = self._clock()
        self._unflushed += 1
        self._done[record.source] = record.offset + 1
        self.progress.last_record_at = record.timestamp

    def _is_flush_due(self, *, idle: bool) -> bool:
        now = self._clock()
        if not self._unflushed or now < self._flush_due:
            return False
        waited = now - self._oldest_unflushed
        full = self._unflushed >= self.config.flush_records
        return idle or full or waited >= self.config.flush_seconds

    def _flush(self) -> None:
        if not self._done:
            return
        try:
            self._projection.flush(self._done)
        except RetryLater as error:
            self._flush_attempts += 1
            self._flush_due = self._clock() + self.config.retry.delay(self._flush_attempts)
            log.warning("flush_failed attempts=%s error=%s", self._flush_attempts, error)
            return
        # Offsets go after the read model: a crash in between replays records that it
        # has already applied, which changes nothing.
        self._broker.commit(self._done)
        self.progress.flushes += 1
        self._done = {}
        self._unflushed = self._flush_attempts = 0

    def _watch_lag(self, *, idle: bool) -> None:
        now = self._clock()
        if now < self._lag_due and (self._was_read_out or not idle):
            return
        self._lag_due = now + self.config.lag_seconds
        lag = self._broker.lag()
        self.progress.lag_records = sum(lag.values())
        if self._is_read_out(lag, idle=idle) or self._keeps_up():
            self._was_read_out = True
            self._projection.caught_up()

    def _is_read_out(self, lag: Mapping[Partition, int], *, idle: bool) -> bool:
        is_known = idle and bool(lag) and set(lag) == self._assigned
        return is_known and not any(lag.values()) and not self._unflushed and not self._waiting

    def _keeps_up(self) -> bool:
        # A busy stream is never read out; it keeps up while what it applies is young.
        age = self.progress.clock() - self.progress.last_record_at
        return self._was_read_out and not self._waiting and age < self.config.young_seconds
