"""The steps of a rebuild: read all, catch up, compare, stand still for a moment, swap.

Enters: the topics from their beginning, or from where a kept read model ended. Leaves: a
successor in the live one's place that holds all that the live one holds, or the live one as it
was. A process that dies at any step leaves the live one live and whole: until the swap, which is
one replacement of one file or name, nothing of it is touched.
"""

import logging
from collections.abc import Callable, Mapping

from consumers.runtime.faults import reached
from consumers.runtime.rebuilding.applying import Applying
from consumers.runtime.rebuilding.graves import Graves
from consumers.runtime.rebuilding.port import RebuildRefused, Successor
from consumers.runtime.rebuilding.progress import RebuildProgress
from consumers.runtime.rebuilding.topics import Topics
from consumers.runtime.records import Partition, Record

log = logging.getLogger(__name__)

_BATCH = 2000
# A crash costs the rebuild anyway: it flushes to bound its memory, and for no other reason.
_FLUSH_RECORDS = 50_000
# So near to the ends the live one may be stopped: the rest takes a blink.
_NEAR = 500
# A stream that outruns the rebuild so often is caught up with while it stands still.
_ROUNDS = 10
# Readers of the live one notice nothing for so long; then it goes on, and the rebuild is given up.
_STANDSTILL_SECONDS = 10.0
_SHOWN = 5

Offsets = Mapping[Partition, int]


class Rebuild:
    """One rebuild; ``run`` returns when the successor is live."""

    def __init__(
        self,
        topics: Topics,
        successor: Successor,
        applying: Applying,
        graves: Graves,
        progress: RebuildProgress,
        *,
        accepts_losses: bool = False,
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        self._topics = topics
        self._successor = successor
        self._applying = applying
        self._graves = graves
        self._progress = progress
        self._accepts_losses = accepts_losses
        # Told after each batch; may raise to give the rebuild up.
        self._heard = heard
        # The next offset of each partition that the successor wants.
        self._next: dict[Partition, int] = {}
        self._unflushed = 0

    def run(self) -> None:
        """Go through all steps. Raises ``RebuildRefused`` and ``StopConsumer``, live as before."""
        self._topics.start(self._successor.read_model.resume_from())
        self._next = dict(self._topics.positions)
        self._catch_up()
        self._compare()
        reached("compared")
        self._progress.phase = "swapping"
        with self._successor.standstill() as live:
            reached("stood still")
            self._read_to(self._ends_for(live), exactly=True)
            self._flush()
            self._graves.bury(self._applying.failed, live)
            self._successor.swap()
            reached("swapped")
        self._progress.phase = "done"

    def _catch_up(self) -> None:
        for _ in range(_ROUNDS):
            self._read_to(self._ends())
            # The long flush comes before the standstill, and what is written meanwhile is read.
            self._flush()
            reached("caught up")
            self._progress.phase = "catching_up"
            if self._behind(self._ends()) <= _NEAR:
                return

    def _read_to(self, ends: Offsets, *, exactly: bool = False) -> None:
        """Read until every partition is at its end; ``exactly`` leaves out what lies behind it."""
        began = self._progress.seconds
        while self._behind(ends):
            if exactly and self._progress.seconds - began > _STANDSTILL_SECONDS:
                raise RebuildRefused("the end was not reached in time; try again later")
            records = self._topics.read(_BATCH)
            limits = ends if exactly else {}
            self._apply([each for each in records if _is_below(each, limits)])
            self._move(limits)
            self._progress.to_do = self._behind(ends)
            self._heard()

    def _apply(self, records: list[Record]) -> None:
        self._applying.apply(records)
        self._progress.records += len(records)
        self._progress.passed_over = len(self._applying.failed)
        self._unflushed += len(records)
        reached("built")
        if self._unflushed >= _FLUSH_RECORDS:
            self._flush()

    def _move(self, limits: Offsets) -> None:
        for partition, at in self._topics.positions.items():
            # A partition made since the beginning is the consumer's to begin.
            known = self._next.setdefault(partition, at)
            moved = max(known, min(at, limits.get(partition, at)))
            self._progress.done += moved - known
            self._next[partition] = moved

    def _flush(self) -> None:
        self._successor.read_model.flush(self._next)
        self._unflushed = 0

    def _behind(self, ends: Offsets) -> int:
        return sum(max(0, end - self._next.get(part, end)) for part, end in ends.items())

    def _ends(self) -> dict[Partition, int]:
        return {part: end for part, (_, end) in self._topics.bounds().items()}

    def _ends_for(self, live: Offsets) -> dict[Partition, int]:
        """Give where to stop: where the live one stands, in topics that are still as long."""
        ends = self._ends()
        if new := [part for part in live if part in ends and part not in self._next]:
            raise RebuildRefused(f"{new} came while it was read; run it again")
        return {part: min(live.get(part, end), end) for part, end in ends.items()}

    def _compare(self) -> None:
        losses_since = self._successor.look_at_live()
        # Whatever the live one holds stands before these ends.
        self._read_to(self._ends())
        self._flush()
        losses = losses_since()
        if losses and not self._accepts_losses:
            raise RebuildRefused(
                f"{len(losses)} would be missing or older than now: {', '.join(losses[:_SHOWN])};"
                " --accept-losses swaps all the same"
            )
        for loss in losses[:_SHOWN]:
            log.warning("lost by_rebuild=%s", loss)


def _is_below(record: Record, limits: Offsets) -> bool:
    return record.source not in limits or record.offset < limits[record.source]
