"""From a record to the handler that its contract names.

Enters: records in their order. Leaves: calls of handlers with events or row changes; what a
consumer has no handler for is passed over unread.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from cdc.contracts.events import EVENTS, AccountDeleted
from cdc.debezium import ChangeEvent, MalformedChange, Tombstone
from consumers.runtime.consumer import Consumer, Reaction
from consumers.runtime.context import Context
from consumers.runtime.errors import BrokenContract, StopConsumer, StoreAway
from consumers.runtime.events import Read
from consumers.runtime.loop.tracing import now_handling
from consumers.runtime.records import Record

IsReplay = Callable[[Record], bool]
Answer = Callable[[Record, Context[Any]], None]
_ERASURE = AccountDeleted.__name__.encode()


class HandlerFailed(Exception):
    """A record could not be handled; those before it in the same unit were."""

    def __init__(self, record: Record | None, cause: Exception) -> None:
        super().__init__(str(cause))
        # None when nobody knows which: a batch failed as a whole, or the unit was refused.
        self.record = record
        self.cause = cause


class Router:
    """The reactions of one consumer, bound to what they are applied to."""

    def __init__(
        self, consumer: Consumer[Any], read_model: Any, read_event: Read, answer: Answer | None
    ) -> None:
        self._consumer = consumer
        self._read_model = read_model
        self._read_event = read_event
        self._answer = answer
        self._events = {name.encode(): each for name, each in consumer.events.items()}
        self._known = {name.encode() for name in EVENTS}

    def reaction_to(self, record: Record) -> Reaction | None:
        """Give what handles the record, if anything does."""
        if (reaction := self._consumer.whole.get(record.topic)) is not None:
            return reaction
        return self._events.get(record.header("ce_type") or b"")

    def handle(
        self, records: Sequence[Record], attempt: int = 1, *, is_replay: IsReplay = lambda _: False
    ) -> None:
        """Handle all in order.

        Raises ``HandlerFailed``, and ``StopConsumer`` and ``StoreAway`` as handlers do.
        Neighbours with the same handler are given to it together, if it takes batches.
        """
        try:
            for reaction, group in groupby(records, self.reaction_to):
                if reaction is not None and reaction.in_batches:
                    self._handle_batch(reaction, list(group), attempt, is_replay)
                else:
                    for record in group:
                        now_handling(record)
                        self._handle(reaction, record, attempt, is_replay)
        finally:
            now_handling(None)

    def _handle(
        self, reaction: Reaction | None, record: Record, attempt: int, is_replay: IsReplay
    ) -> None:
        try:
            told = self._told(reaction, record, attempt, is_replay)
            if told is not None and reaction is not None:
                reaction.handler(*told)
        except (StopConsumer, StoreAway):
            raise
        except Exception as error:  # Whatever a handler raises is the record's failure.
            raise HandlerFailed(record, error) from error

    def _handle_batch(
        self, reaction: Reaction, records: Sequence[Record], attempt: int, is_replay: IsReplay
    ) -> None:
        told = list(self._all_told(reaction, records, attempt, is_replay))
        try:
            if told:
                reaction.handler(told)
        except (StopConsumer, StoreAway):
            raise
        except Exception as error:  # As above.
            raise HandlerFailed(records[0] if len(records) == 1 else None, error) from error

    def _all_told(
        self, reaction: Reaction, records: Sequence[Record], attempt: int, is_replay: IsReplay
    ) -> Iterator[tuple[Any, Context[Any]]]:
        for record in records:
            try:
                told = self._told(reaction, record, attempt, is_replay)
            except (StopConsumer, StoreAway):
                raise
            except Exception as error:  # As above.
                raise HandlerFailed(record, error) from error
            if told is not None:
                yield told

    def _told(
        self, reaction: Reaction | None, record: Record, attempt: int, is_replay: IsReplay
    ) -> tuple[Any, Context[Any]] | None:
        """Give what the handler is told, or None when there is nothing to tell it."""
        if reaction is not None and reaction.takes != "event":
            taken = _change(record) if reaction.takes == "row" else record
            # The deletion before it has said all; the empty value is there for compaction.
            if isinstance(taken, Tombstone):
                return None
            return taken, Context(self._read_model, record, None, attempt, is_replay(record))
        # Looked up where it is not known already: of most records the reaction says it.
        if reaction is None or record.topic == AccountDeleted.topic:
            kind = record.header("ce_type")
            if kind == _ERASURE and self._answer is not None:
                context = Context(self._read_model, record, None, attempt, is_replay(record))
                self._answer(record, context)
            if reaction is None and kind in self._known:
                return None
        envelope = self._read_event(record)
        context = Context(self._read_model, record, envelope, attempt, is_replay(record))
        return envelope.payload, context


def _change(record: Record) -> ChangeEvent | Tombstone:
    try:
        return ChangeEvent.parse(record.key, record.value)
    except MalformedChange as error:
        raise BrokenContract(str(error)) from error
