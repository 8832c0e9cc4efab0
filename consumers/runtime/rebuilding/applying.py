"""Records into a successor at full speed: in order, told to nobody, failures put aside.

Enters: records from the beginning of the topics. Leaves: handlers' effects, staged, and a list
of what can never be applied. There is nothing to wait for and nobody to mail: handlers see
``Context.is_replay``, and of a person to be forgotten only the data goes, without a receipt.
"""

from collections.abc import Sequence
from typing import Any

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.dead_letters import stack_of
from consumers.runtime.errors import PoisonRecord, RetryLater
from consumers.runtime.events import Read
from consumers.runtime.limits import DeadLetterWatch
from consumers.runtime.parking.port import Parked
from consumers.runtime.rebuilding.port import RebuildRefused
from consumers.runtime.records import Record
from consumers.runtime.routing import HandlerFailed, Router


class Applying:
    """The consumer's handlers over one successor."""

    def __init__(
        self, config: ConsumerConfig, consumer: Consumer[Any], read_model: Any, read_event: Read
    ) -> None:
        self._consumer = consumer
        self._router = Router(consumer, read_model, read_event, self._erase)
        self._watch = DeadLetterWatch(config.limits)
        # What was put aside, with the error that says why.
        self.failed: list[Parked] = []

    def apply(self, records: Sequence[Record]) -> None:
        """Apply all in order. Raises ``RebuildRefused`` when too much fails, or only just now."""
        left = list(records)
        while left:
            try:
                self._router.handle(left, is_replay=lambda _: True)
            except HandlerFailed as error:
                left = self._after(error, left)
            else:
                self._watch.well(len(left))
                return

    def _after(self, error: HandlerFailed, records: list[Record]) -> list[Record]:
        """Put aside what failed; give what is still to be applied."""
        if error.record is None:
            # A batch failed as a whole: taken alone, each shows whether it is to blame.
            for record in records:
                self.apply([record])
            return []
        at = next(n for n, record in enumerate(records) if record is error.record)
        if at:
            self._watch.well(at)
        self._put_aside(error.record, error.cause)
        return records[at + 1 :]

    def _put_aside(self, record: Record, error: Exception) -> None:
        if isinstance(error, RetryLater):
            raise RebuildRefused(f"{record} cannot be applied now: {error}; try again later")
        self._watch.check(record, error)
        self._watch.ill()
        reaction = self._router.reaction_to(record)
        holds = reaction is None or reaction.holds_key
        told = f"{type(error).__name__}: {error}"[:1000]
        self.failed.append(Parked(record, "dead", 1, 0.0, told, holds, stack=stack_of(error)))

    def _erase(self, record: Record, context: Context[Any]) -> None:
        if not record.key:
            raise PoisonRecord("A request to erase a person names nobody: the record has no key.")
        if self._consumer.erase is not None:
            self._consumer.erase(record.key.decode(), context)
