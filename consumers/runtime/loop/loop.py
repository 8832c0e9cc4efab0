"""The loop of every consumer: read → handle → settle → commit, and stay in the group meanwhile.

Enters: records of the group's partitions. Leaves: them, in order, to `handling`; offsets to the
group, for people. Handling goes on in a thread of its own, so that a slow handler costs neither
the membership nor the partitions; this thread alone speaks to the broker's consumer.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future, wait

from consumers.runtime.brokers.port import Broker
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import Halted, StopConsumer, StoreAway
from consumers.runtime.failures.halts import Halts, Hold
from consumers.runtime.faults import reached
from consumers.runtime.health.progress import Progress
from consumers.runtime.health.watchdog import dump
from consumers.runtime.loop.caught_up import CaughtUp
from consumers.runtime.loop.handling import Handling
from consumers.runtime.loop.orders import Orders
from consumers.runtime.loop.rewinding import Rewinding
from consumers.runtime.loop.worker import Inline
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.port import Store

log = logging.getLogger(__name__)


class Loop:
    """One consumer; ``run`` returns when ``stop`` was called and all is settled."""

    def __init__(
        self,
        config: ConsumerConfig,
        broker: Broker,
        handling: Handling,
        store: Store,
        progress: Progress,
        worker: Executor | None = None,
        clock: Callable[[], float] = time.monotonic,
        orders: Orders | None = None,
        halts: Halts | None = None,
        is_captured: Callable[[], bool] = lambda: True,
    ) -> None:
        self.config = config
        self.progress = progress
        self._broker = broker
        self._handling = handling
        self._store = store
        self._worker = worker or Inline()
        self._clock = clock
        self._caught_up = CaughtUp(
            config, broker, store, progress, clock, self._is_settled, is_captured
        )
        self._rewinding = (
            Rewinding(orders, store, broker, progress, config.parked_seconds, clock)
            if orders is not None
            else None
        )
        self._hold = Hold(halts, progress, config.parked_seconds, clock, handling.lifted)
        self._stopping = threading.Event()
        self._work: Future[None] | None = None
        self._assigned: set[Partition] = set()
        # Given to us while the store could not tell where they begin.
        self._untaken: set[Partition] = set()
        self._refusals = 0
        self._settled: dict[Partition, int] = {}
        self._failures = 0
        self._due = self._take_due = self._commit_due = 0.0
        # None: some partitions are paused and others, which came since, are not.
        self._is_paused: bool | None = False

    def stop(self) -> None:
        """Ask the loop to drain; safe from a signal handler or another thread."""
        self._stopping.set()

    def wait(self, seconds: float) -> None:
        """Wait before the first turn; ends at once when asked to drain."""
        self.progress.turned()
        self._stopping.wait(seconds)

    @property
    def is_stopping(self) -> bool:
        """Tell whether it was asked to drain."""
        return self._stopping.is_set()

    def run(self) -> None:
        """Turn until stopped, then settle, leave the group and return.

        Raises ``StopConsumer``, or whatever a broken read model raises, after having left.
        """
        self._broker.subscribe(self)
        try:
            while not self._stopping.is_set():
                self.turn()
        finally:
            # Closing revokes the partitions, and revoking settles what is done.
            self._broker.close()

    def turn(self) -> None:
        """Go round once: one read, what it needs of handling, what is due."""
        self.progress.turned()
        self._begin_untaken()
        self._tell_full(is_full=self._handling.is_full)
        self._hold.ask()
        self._pause(self._failures > 0 or self._handling.has_left or self._hold.is_on)
        batch = self._broker.read(self.config.batch_size, self._read_timeout())
        if batch:
            self.progress.read(batch)
            reached("read")
        if self._clock() >= self._due:
            self._hand_over(batch)
        else:
            self._handling.keep(batch)
        self._commit()
        self._obey()
        self._watch_lag(idle=not batch)

    # The broker's Listener: called inside read(), keep_alive() and close().

    def assigned(self, partitions: Iterable[Partition]) -> Mapping[Partition, int] | None:
        """Start where the store says, whatever Kafka remembers; once it says so."""
        self._finish_work()
        return self._take(list(partitions))

    def revoked(self, partitions: Iterable[Partition], *, lost: bool) -> None:
        """Settle before another owner starts; of lost partitions nothing may be settled."""
        parts = list(partitions)
        log.info("revoked partitions=%s lost=%s", len(parts), lost)
        self._finish_work()
        try:
            self._settled |= self._store.release(parts, lost=lost)
            reached("released")
        except StoreAway as error:
            log.warning("unsettled partitions=%s error=%s", len(parts), error)
        if not lost:
            self._commit(at_once=True)
        self._handling.revoked(parts)
        self._assigned -= set(parts)
        self._untaken -= set(parts)
        self.progress.revoked(parts)
        for partition in parts:
            self._settled.pop(partition, None)

    def _hand_over(self, batch: list[Record]) -> None:
        began = self._clock()
        self._work = self._worker.submit(self._handle, batch)
        try:
            self._await(self._work)
            self._failures = 0
            self.progress.took_all()
        except StoreAway as error:
            self._failures += 1
            self._due = self._clock() + self.config.store_retry.delay(self._failures)
            log.warning("store_away attempts=%s error=%s", self._failures, error)
        finally:
            self._tell_store()
            # Otherwise the group failed first: whatever follows must not meet the handlers.
            if self._work.done():
                self._work, self.progress.is_stuck = None, False
                if batch:
                    self.progress.handled(self._clock() - began)

    def _handle(self, batch: list[Record]) -> None:
        try:
            self._take_all(batch)
        except Halted as error:
            self._hold.begin(error)
        if settled := self._store.settle(idle=not batch):
            reached("settled")
        self._settled |= settled

    def _take_all(self, batch: list[Record]) -> None:
        if self._hold.is_on:
            self._handling.keep(batch)
            return
        self._handling.take(batch)
        self._handling.retry_due()

    def _await(self, work: Future[None]) -> None:
        """Wait for the handlers and keep the group; tell the log when they seem stuck."""
        began = self._clock()
        while True:
            try:
                return work.result(timeout=self.config.keep_alive_seconds)
            except TimeoutError:
                # A handler may raise the same: then the work is done.
                if work.done():
                    raise
            self._broker.keep_alive()
            self._is_paused = True
            self._note_waiting(began)

    def _note_waiting(self, began: float) -> None:
        waited = self._clock() - began
        self.progress.turned()
        if waited > self.config.stuck_seconds and not self.progress.is_stuck:
            self.progress.is_stuck = True
            log.error("stuck seconds=%.0f; every thread's stack follows", waited)
            dump()

    def _finish_work(self) -> None:
        """Wait until the handlers hold no record: partitions come and go only between works.

        Raises ``StopConsumer`` when they are stuck: whoever gets the partitions fences this
        process off. So nothing is polled for ``stuck_seconds`` at most; the client lets the
        group wait for twice as long, and keeps the session by a thread of its own.
        """
        if self._work is None or isinstance(self._worker, Inline):
            return
        began = self._clock()
        while not wait([self._work], timeout=self.config.keep_alive_seconds).done:
            self._note_waiting(began)
            if self.progress.is_stuck:
                raise StopConsumer("a handler is stuck, and its partition is wanted by another")

    def _take(self, parts: list[Partition]) -> Mapping[Partition, int] | None:
        """Own ``parts``; None when the store cannot tell now where they begin."""
        try:
            starts = self._store.take(parts)
            self._handling.assigned(parts)
        except StoreAway as error:
            # Waiting here would cost the membership: the group is kept by going round.
            self._untaken |= set(parts)
            self._refusals += 1
            self._take_due = self._clock() + self.config.store_retry.delay(self._refusals)
            self._tell_store()
            log.warning("untaken partitions=%s error=%s", len(self._untaken), error)
            return None
        reached("taken")
        self._untaken -= set(parts)
        self._refusals = 0
        self._assigned |= set(parts)
        self._caught_up.begin_anew()
        self._is_paused = None
        self._tell_store()
        self.progress.assigned({part: starts.get(part) for part in parts})
        log.info("assigned partitions=%s starts=%s", len(self._assigned), starts)
        return starts

    def _begin_untaken(self) -> None:
        if self._untaken and self._clock() >= self._take_due:
            parts = sorted(self._untaken)
            if (starts := self._take(parts)) is not None:
                self._broker.begin({part: starts.get(part) for part in parts})

    def _tell_store(self) -> None:
        self.progress.is_store_away = self._failures > 0 or bool(self._untaken)

    def _tell_full(self, *, is_full: bool) -> None:
        if is_full and not self.progress.is_lot_full:
            log.error("full parked_most=%s; nothing is read", self.config.parked_most)
        self.progress.is_lot_full = is_full

    def _pause(self, shall_pause: bool) -> None:
        """Read nothing new while what was read cannot be taken; the group is kept."""
        if shall_pause == self._is_paused:
            return
        act = self._broker.pause if shall_pause else self._broker.resume
        for partition in self._assigned:
            act(partition)
        self._is_paused = shall_pause

    def _read_timeout(self) -> float:
        if self._store.unsettled and not self._failures:
            return self.config.linger_seconds
        return self.config.idle_seconds

    def _commit(self, *, at_once: bool = False) -> None:
        if self._settled and (at_once or self._clock() >= self._commit_due):
            # Before another owner starts it is waited for; else the next batch is not.
            self._broker.commit(self._settled, wait=at_once)
            reached("committed")
            self._settled = {}
            self._commit_due = self._clock() + self.config.commit_seconds

    def _obey(self) -> None:
        """Go back where a person has ordered it, now that nothing is in flight."""
        if self._rewinding is None or self._failures or self._handling.has_left:
            return
        if self._rewinding.obey(self._assigned, self._settled):
            self._caught_up.begin_anew()

    def _watch_lag(self, *, idle: bool) -> None:
        asks, fails = self._is_paused is True, self._failures > 0
        self._caught_up.watch(self._assigned, idle=idle, asks=asks, fails=fails)

    def _is_settled(self) -> bool:
        is_waited_for = self._failures or self._untaken
        return not (self._store.unsettled or is_waited_for or self._handling.has_left)
