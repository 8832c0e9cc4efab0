"""Event records as envelopes, for the handlers that react to domain events.

Enters: a record of an event topic. Leaves: its `Envelope`, read with the schema that wrote it;
or the error whose type says what becomes of the record.
"""

from collections.abc import Callable
from typing import Any

from cdc.contracts.codec import HEADER_SIZE, MalformedEvent, body_reader, schema_id_of
from cdc.contracts.envelope import Envelope
from cdc.contracts.events import DomainEvent
from consumers.runtime.errors import BrokenContract
from consumers.runtime.records import Record

# Gives the parsed schema of an id; raises ``UnknownSchema`` or ``StoreAway``.
SchemaOf = Callable[[int], Any]
Read = Callable[[Record], Envelope]


def event_reader(schema_of: SchemaOf) -> Read:
    """Return what reads an event record; it raises ``PoisonRecord`` and ``StoreAway``."""

    # By the bytes that say which schema wrote the value; an id's schema never changes.
    readers: dict[tuple[str, bytes], Callable[[bytes], DomainEvent]] = {}

    def decode_as_written(event_type: str, value: bytes) -> DomainEvent:
        written = event_type, value[:HEADER_SIZE]
        if written not in readers:
            readers[written] = body_reader(event_type, schema_of(schema_id_of(value)))
        return readers[written](value)

    def read(record: Record) -> Envelope:
        if record.value is None:
            raise BrokenContract("The record has no value.")
        try:
            envelope = Envelope.from_record(dict(record.headers), record.value, decode_as_written)
        except MalformedEvent as error:
            raise BrokenContract(str(error)) from error
        if record.key != envelope.aggregate_id.encode():
            # Under another key the aggregate's events would lose their order.
            raise BrokenContract("The key is not the aggregate's id.")
        return envelope

    return read
