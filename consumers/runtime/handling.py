"""Records in, effects out: in order by key, whatever fails.

Enters: what the loop has read. Leaves: units of the store with handlers' effects, offsets and
parked records in them, and letters for what can never be applied. Knows nothing of the group;
the loop calls it from one thread at a time.
"""

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import takewhile
from operator import is_not

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Reaction
from consumers.runtime.dead_letters import DeadLetters
from consumers.runtime.faults import reached
from consumers.runtime.limits import DeadLetterWatch
from consumers.runtime.parking.port import Parked, ParkingLot
from consumers.runtime.progress import Progress
from consumers.runtime.records import Partition, Record
from consumers.runtime.routing import HandlerFailed, Router
from consumers.runtime.stores.port import Store

log = logging.getLogger(__name__)

_LONGEST_ERROR = 1000
# Of a record that fails before anybody could tell which handler it is for.
_NOBODYS = Reaction(lambda *_: None)


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
    ) -> None:
        self._config = config
        self._router = router
        self._store = store
        self._lot = lot
        self._letters = letters
        self._progress = progress
        self._clock = clock
        self._watch = DeadLetterWatch(config.limits)
        # Read and not taken yet: more than none only while the store is away.
        self._left: deque[Record] = deque()
        self._asked_at = 0.0

    @property
    def has_left(self) -> bool:
        """Tell whether records are still to be taken before new ones are read."""
        return bool(self._left) or self._lot.size >= self._config.parked_most

    def left(self) -> Mapping[Partition, int]:
        """Count what was read and not taken yet."""
        return Counter(record.source for record in self._left)

    def assigned(self, partitions: Iterable[Partition]) -> None:
        """Look after what is parked in these partitions."""
        self._lot.load(partitions)

    def revoked(self, partitions: Iterable[Partition]) -> None:
        """Forget what was read of these partitions; their next owner reads it again."""
        gone = set(partitions)
        self._left = deque(each for each in self._left if each.source not in gone)
        self._lot.forget(gone)

    def keep(self, records: Sequence[Record]) -> None:
        """Keep what was read until the next ``take``."""
        self._left.extend(records)

    def take(self, records: Sequence[Record]) -> None:
        """Take all, each applied, parked or put aside. Raises ``StoreAway`` and ``StopConsumer``.

        After ``StoreAway`` the rest is kept, and taken by the next call.
        """
        self.keep(records)
        while self._left:
            self._take(list(self._left))

    def retry_due(self) -> None:
        """Try what is parked and due. Raises like ``take``."""
        now = self._clock()
        if now < self._asked_at + self._config.parked_seconds:
            return
        self._asked_at = now
        self._lot.reload()
        while due := self._lot.due(now, self._config.batch_size):
            for parked in due:
                self._retry(parked)
        self._progress.parked = self._lot.size

    def _take(self, records: list[Record]) -> None:
        """Take ``records`` up to the first that fails, and that one; those after it are left."""
        try:
            self._apply(records)
        except HandlerFailed as error:
            self._lot.reload()
            if error.record is None:
                # A batch failed as a whole: taken alone, each shows whether it is to blame.
                for record in records:
                    self._take([record])
            else:
                self._keep([*takewhile(partial(is_not, error.record), records)])
                self._put_aside(error.record, error.cause, 1, moved=True)
                self._left.popleft()

    def _apply(self, records: list[Record]) -> None:
        with self._store.unit(_ends(records)) as unit:
            self._queue_followers(records)
            fresh = unit.fresh(self._flowing(records))
            reached("remembered")
            self._router.handle(fresh)
            reached("handled")
        reached("applied")
        self._took(records)

    def _keep(self, records: list[Record]) -> None:
        """Make sure of records that were handled before another failed."""
        if not records:
            return
        if self._store.is_atomic:
            self._apply(records)
            return
        with self._store.unit(_ends(records)):
            self._queue_followers(records)
        self._took(records)

    def _took(self, records: list[Record]) -> None:
        for _ in records:
            self._left.popleft()
        self._progress.took(records)
        self._watch.well(len(records))

    def _flowing(self, records: list[Record]) -> list[Record]:
        if not self._lot.size:
            return records
        return [r for r in records if not self._lot.holds(r) and not self._lot.knows(r)]

    def _queue_followers(self, records: list[Record]) -> None:
        if not self._lot.size:
            return
        for record in records:
            if self._lot.holds(record) and not self._lot.knows(record):
                self._lot.put(Parked(record, "queued"))

    def _retry(self, parked: Parked) -> None:
        record = parked.record
        try:
            with self._store.unit({record.source: None}) as unit:
                self._router.handle(unit.fresh([record]), attempt=parked.attempts + 1)
                unit.then(partial(self._lot.remove, record))
                reached("handled")
        except HandlerFailed as error:
            self._lot.reload()
            self._put_aside(record, error.cause, parked.attempts + 1, moved=False)
        else:
            self._progress.unparked(record)
            log.info("unparked %s attempts=%s", record, parked.attempts + 1)

    def _put_aside(self, record: Record, error: Exception, attempts: int, *, moved: bool) -> None:
        reaction = self._router.reaction_to(record) or _NOBODYS
        policy = reaction.policy_for(error, self._config.retry)
        told = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
        if attempts >= policy.attempts:
            parked = Parked(record, "dead", attempts, 0.0, told, reaction.holds_key)
            self._bury(parked, error)
        else:
            due = self._clock() + policy.delay(attempts)
            parked = Parked(record, "waiting", attempts, due, told)
            self._progress.retried(record)
            log.warning("parked %s attempts=%s error=%s", record, attempts, told, exc_info=error)
        offset = record.offset + 1 if moved else None
        with self._store.unit({record.source: offset}):
            self._lot.put(parked)
            reached("parked")
        self._progress.parked = self._lot.size

    def _bury(self, parked: Parked, error: Exception) -> None:
        # The letter goes first: a crash behind it sends it twice, which a reader can tell.
        self._watch.check(parked.record, error)
        self._letters.send(parked, error)
        reached("told")
        self._watch.ill()
        self._progress.buried(parked.record)
        log.warning("buried %s error=%s", parked.record, parked.error)


def _ends(records: Iterable[Record]) -> dict[Partition, int | None]:
    return {record.source: record.offset + 1 for record in records}
