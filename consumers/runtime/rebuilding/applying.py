"""Records into a successor at full speed: in order, told to nobody, failures put aside.

Enters: records from the beginning of the topics. Leaves: handlers' effects, staged, and a list
of what can never be applied. There is nothing to wait for and nobody to mail: handlers see
``Context.is_replay``, and of a person to be forgotten only the data goes, without a receipt.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.erasure import person_of
from consumers.runtime.errors import RetryLater
from consumers.runtime.events import Read
from consumers.runtime.failures.dead_letters import reason_of, stack_of
from consumers.runtime.failures.limits import DeadLetterWatch
from consumers.runtime.loop.routing import HandlerFailed, Router
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.parking.port import Parked
from consumers.runtime.rebuilding.port import RebuildRefused
from consumers.runtime.records import Record

# Around records that become durable together; gives those whose effect is not there yet.
Unit = Callable[[Sequence[Record]], AbstractContextManager[Sequence[Record]]]


class Applying:
    """The consumer's handlers over one successor."""

    def __init__(
        self,
        config: ConsumerConfig,
        consumer: Consumer[Any],
        read_model: Any,
        read_event: Read,
        *,
        unit: Unit | None = None,
        is_discarded: Callable[[Record], bool] = lambda _: False,
        parked: Iterable[Parked] = (),
        keep: Callable[..., None] = lambda *_: None,
    ) -> None:
        self._consumer = consumer
        # Of a read model with transactions: a unit that fails leaves nothing behind.
        self._unit = unit
        self._is_discarded = is_discarded
        self._router = Router(consumer, read_model, read_event, self._erase)
        self._watch = DeadLetterWatch(config.limits)
        # What a kept read model has passed and not applied goes on holding its key.
        self._lot = MemoryLot({each.place: each for each in parked})
        self._failing = {each.record.source for each in self._lot.parked.values()}
        self._lot.load(self._failing)
        # Where what is put aside outlives the process, before the offset passes it.
        self._keep = keep

    @property
    def failed(self) -> list[Parked]:
        """Give what was put aside, with the error that says why, and what waits behind it."""
        return list(self._lot.parked.values())

    def apply(self, records: Sequence[Record]) -> None:
        """Apply all in order. Raises ``Halted`` when too much fails.

        And ``RebuildRefused`` for what fails only just now.
        """
        left = list(records)
        while left := self._flowing(left):
            try:
                with self._unit(left) if self._unit else nullcontext(left) as fresh:
                    self._router.handle(fresh, is_replay=lambda _: True)
            except HandlerFailed as error:
                left = self._after(error, left)
            else:
                self._watch.well(len(left))
                return

    def _after(self, error: HandlerFailed, records: list[Record]) -> list[Record]:
        """Put aside what failed; give what is still to be applied."""
        failed = records[0] if len(records) == 1 else error.record
        if failed is None:
            # A batch failed as a whole: taken alone, each shows whether it is to blame.
            for record in records:
                self.apply([record])
            return []
        at = next(n for n, record in enumerate(records) if record is failed)
        if at and self._unit:
            # They are not kept; then the one that failed comes first.
            self.apply(records[:at])
            return records[at:]
        if at:
            self._watch.well(at)
        self._put_aside(failed, error.cause)
        return records[at + 1 :]

    def _flowing(self, records: list[Record]) -> list[Record]:
        """Queue those whose key is held; give the others."""
        if not self._lot.size:
            return records
        held = [record for record in records if self._lot.holds(record)]
        self._put(*(Parked(record, "queued", is_replay=True) for record in held))
        return [record for record in records if not self._lot.knows(record)] if held else records

    def _put_aside(self, record: Record, error: Exception) -> None:
        if isinstance(error, RetryLater):
            raise RebuildRefused(f"{record} cannot be applied now: {error}; try again later")
        self._watch.check(record, error)
        self._watch.ill()
        reaction = self._router.reaction_to(record)
        holds = (reaction is None or reaction.holds_key) and not self._is_discarded(record)
        if record.source not in self._failing:
            self._failing.add(record.source)
            self._lot.load([record.source])
        # The live consumer has told of it, if there was anything to tell.
        told_by = (holds, True, stack_of(error))
        self._put(Parked(record, "dead", 1, 0.0, reason_of(error), *told_by))

    def _put(self, *parked: Parked) -> None:
        self._keep(*parked)
        self._lot.put(*parked)

    def _erase(self, record: Record, context: Context[Any]) -> None:
        if self._consumer.erase is not None:
            self._consumer.erase(person_of(record), context)
