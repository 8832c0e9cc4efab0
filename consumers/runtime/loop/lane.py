"""Records of some keys, one after the other: each applied, queued behind its key, or put aside.

Enters: records in their order. Leaves: units, as large as failures allow: one that fails is taken
apart until the record that is to blame stands first.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from operator import is_not

from consumers.runtime.failures.aside import Aside, first_try
from consumers.runtime.failures.limits import DeadLetterWatch
from consumers.runtime.faults import reached
from consumers.runtime.loop.routing import HandlerFailed, Router
from consumers.runtime.loop.units import Units, ends, places
from consumers.runtime.records import Partition, Record


@dataclass(frozen=True, slots=True)
class Lane:
    """Records to be taken; several lanes may run at once, as no key is in two of them."""

    router: Router
    units: Units
    aside: Aside
    watch: DeadLetterWatch
    left: deque[Record]
    # Whether offsets move in each unit; with several lanes they do when all are done.
    moves: bool
    took: Callable[[list[Record]], None]

    def run(self) -> None:
        """Take all that is left. Raises ``StoreAway`` and ``StopConsumer``; the rest stays."""
        while self.left:
            self._take(list(self.left))

    def _take(self, records: list[Record]) -> bool:
        """Take ``records``, or those before one that fails, and mostly that one too.

        Tells whether all of them went well.
        """
        try:
            self._apply(records)
        except HandlerFailed as error:
            self._take_apart(records, error)
            return False
        return True

    def _take_apart(self, records: list[Record], error: HandlerFailed) -> None:
        failed = records[0] if len(records) == 1 else error.record
        if failed is None:
            # Nobody knows which; each half shows whether it is to blame.
            self._take(records[: len(records) // 2])
            return
        before = [*takewhile(partial(is_not, failed), records)]
        # If one before it fails now, that one may have spoilt it; its turn comes again.
        if not before or self._keep(before):
            self._put_aside(failed, error.cause)

    def _apply(self, records: list[Record]) -> None:
        with self.units.open(self._moved(records)) as unit:
            fresh = unit.fresh(self._flowing(records))
            reached("remembered")
            self.router.handle(fresh, is_replay=self.units.store.is_replay)
            reached("handled")
        reached("applied")
        self.watch.well(len(fresh))
        self._leave(records)

    def _keep(self, records: list[Record]) -> bool:
        """Make sure of records that were handled before another failed; tell whether it is."""
        if self.units.store.is_atomic:
            return self._take(records)
        with self.units.open(self._moved(records)):
            flowing = self._flowing(records)
        self.watch.well(len(flowing))
        self._leave(records)
        return True

    def _flowing(self, records: list[Record]) -> list[Record]:
        """Queue those whose key is held; give the others, less what is parked already."""
        lot = self.units.lot
        if not lot.size:
            return records
        new = [record for record in records if not lot.knows(record)]
        is_replay = self.units.store.is_replay
        held = [first_try(r, is_replay=is_replay(r)) for r in new if lot.holds(r)]
        lot.put(*held)
        return [record for record in new if not lot.knows(record)] if held else new

    def _put_aside(self, record: Record, error: Exception) -> None:
        parked = first_try(record, is_replay=self.units.store.is_replay(record))
        self.aside.put(parked, error, record.offset + 1 if self.moves else None)
        # Counted as failed already, and not as taken.
        self.left.popleft()

    def _leave(self, records: list[Record]) -> None:
        for _ in records:
            self.left.popleft()
        self.took(records)

    def _moved(self, records: Iterable[Record]) -> dict[Partition, int | None]:
        return ends(records) if self.moves else places(records)
