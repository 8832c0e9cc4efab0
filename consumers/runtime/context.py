"""What a handler learns about the event or row change beside it."""

from typing import Generic, NamedTuple, TypeVar

from cdc.contracts.envelope import Envelope
from consumers.runtime.errors import MistakenConsumer
from consumers.runtime.loop.tracing import traceparent_of
from consumers.runtime.records import Record

ReadModel = TypeVar("ReadModel")


class Context(NamedTuple, Generic[ReadModel]):
    """Where it came from, who caused it, and what it is applied to; a tuple, as each has one."""

    # What the consumer was opened with; None when its handlers write by Django's models.
    read_model: ReadModel
    record: Record
    # Of a domain event: id, correlation, causation, time, aggregate and its version.
    envelope: Envelope | None = None
    # 1 at first.
    attempt: int = 1
    # The record was handled before and is read again on purpose: build, but tell nobody.
    is_replay: bool = False

    @property
    def version(self) -> int:
        """Give the version of the event's aggregate after it. Raises ``MistakenConsumer``."""
        if self.envelope is None:
            raise MistakenConsumer("a row's version is among its columns")
        return self.envelope.aggregate_version

    @property
    def traceparent(self) -> str:
        """Name the trace the record belongs to, for what is called or sent because of it; or ""."""
        return traceparent_of(self.record.header("traceparent"))
