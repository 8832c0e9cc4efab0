"""Records in, effects out: in order by key, whatever fails.

Enters: what the loop has read. Leaves: units of the store with handlers' effects, offsets and
parked records in them, and letters for what can never be applied. Knows nothing of the group;
the loop calls it from one thread at a time.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import takewhile

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.failures.aside import Aside
from consumers.runtime.failures.dead_letters import DeadLetters
from consumers.runtime.failures.limits import DeadLetterWatch
from consumers.runtime.faults import reached
from consumers.runtime.health.progress import Progress
from consumers.runtime.loop.lane import Lane
from consumers.runtime.loop.lanes import run_lanes
from consumers.runtime.loop.routing import HandlerFailed, Router
from consumers.runtime.loop.units import Units, ends, places
from consumers.runtime.parking.port import Parked, ParkingLot
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.port import Store, Unit

log = logging.getLogger(__name__)

# Most parked records tried in one unit; they may be large, and are held together.
_RETRIED_AT_ONCE = 100


class Handling:
    """Everything between a record that was read and its offset that may move."""

    def __init__(
        self,
        config: ConsumerConfig,
        router: Router,
        store: Store,
        lot: ParkingLot,
        letters: DeadLetters,
        progress: Progress,
        clock: Callable[[], float] = time.time,
        lanes: Sequence[Executor] = (),
    ) -> None:
        self._config = config
        self._router = router
        self._store = store
        self._lot = lot
        self._progress = progress
        self._clock = clock
        self._lanes = lanes
        self._units = Units(store, lot)
        self._watch = DeadLetterWatch(config.limits)
        self._aside = Aside(config, router, self._units, letters, self._watch, progress, clock)
        # Read and not taken yet: more than none only while the store is away.
        self._left: deque[Record] = deque()
        self._asked_at = 0.0

    @property
    def has_left(self) -> bool:
        """Tell whether records are still to be taken before new ones are read."""
        return bool(self._left) or self.is_full

    @property
    def is_full(self) -> bool:
        """Tell whether so many records are parked, dead ones among them, that none is read."""
        return self._lot.size >= self._config.parked_most

    def assigned(self, partitions: Iterable[Partition]) -> None:
        """Look after what is parked in these partitions."""
        self._lot.load(partitions)

    def revoked(self, partitions: Iterable[Partition]) -> None:
        """Forget what was read of these partitions; their next owner reads it again."""
        gone = set(partitions)
        self._left = deque(each for each in self._left if each.source not in gone)
        self._lot.forget(gone)

    def lifted(self) -> None:
        """Hear that a person lets the consumer go on after so many dead letters."""
        self._watch.forget()

    def keep(self, records: Sequence[Record]) -> None:
        """Keep what was read until the next ``take``."""
        self._left.extend(records)

    def take(self, records: Sequence[Record]) -> None:
        """Take all, each applied, parked or put aside. Raises ``StoreAway`` and ``StopConsumer``.

        After ``StoreAway`` the rest is kept, and taken by the next call.
        """
        self.keep(records)
        if self._lanes:
            self._take_in_lanes(list(self._left))
        else:
            self._lane(self._left, moves=True, took=self._progress.took).run()

    def retry_due(self) -> None:
        """Try what is parked and due. Raises like ``take``."""
        now = self._clock()
        if now < self._asked_at + self._config.parked_seconds:
            return
        self._asked_at = now
        self._lot.reload()
        while due := self._lot.due(now, _RETRIED_AT_ONCE):
            self._retry(due)
        self._progress.parked = self._lot.size

    def _take_in_lanes(self, records: list[Record]) -> None:
        if not records:
            return
        run_lanes(self._lanes, records, self._run_lane)
        with self._units.open(ends(records)):
            reached("handled")
        self._left.clear()
        self._progress.took(records)

    def _run_lane(self, share: deque[Record]) -> None:
        self._lane(share, moves=False, took=lambda _: None).run()

    def _retry(self, due: list[Parked]) -> None:
        """Try all, or those before one that fails, and put that one aside again."""
        try:
            with self._units.open(places(each.record for each in due)) as unit:
                for parked in due:
                    self._try_again(unit, parked)
                unit.then(partial(self._lot.remove, *(each.record for each in due)))
                reached("handled")
        except HandlerFailed as error:
            self._take_apart(due, error)
        else:
            for parked in due:
                self._progress.unparked(parked.record)
            log.info("unparked records=%s last=%s", len(due), due[-1].record)

    def _try_again(self, unit: Unit, parked: Parked) -> None:
        fresh = unit.fresh([parked.record])
        self._router.handle(fresh, parked.attempts + 1, is_replay=lambda _: parked.is_replay)

    def _take_apart(self, due: list[Parked], error: HandlerFailed) -> None:
        failed = due[0].record if len(due) == 1 else error.record
        if failed is None:
            self._retry(due[: len(due) // 2])
            return
        before = [*takewhile(lambda each: each.record is not failed, due)]
        # Without transactions they are applied already, and leave with the next flush.
        if before and self._store.is_atomic:
            self._retry(before)
            if any(self._lot.knows(each.record) for each in before):
                # What went well a moment ago has failed now: that comes first.
                return
        self._aside.put(due[len(before)], error.cause, None)

    def _lane(
        self, left: deque[Record], *, moves: bool, took: Callable[[list[Record]], None]
    ) -> Lane:
        return Lane(self._router, self._units, self._aside, self._watch, left, moves, took)
