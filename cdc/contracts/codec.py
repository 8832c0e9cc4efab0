"""Events to bytes and back, in the registry's wire format.

Enters: an event object, or a record's value. Leaves: the other one. The format is the
Confluent wire format: a zero byte, the schema's id as four bytes big-endian, the Avro body.
"""

import dataclasses
import io
import struct
from collections.abc import Callable
from functools import cache
from typing import Any

import fastavro

from cdc.contracts.events import EVENTS, DomainEvent
from cdc.contracts.schemas import Schema, all_schemas
from cdc.contracts.sealed import Sealed

_HEADER = struct.Struct(">bI")
HEADER_SIZE = _HEADER.size


class MalformedEvent(ValueError):
    """The bytes are not an event of this published language; they never will be."""


def encode(event: DomainEvent, schema_id: int) -> bytes:
    """Return ``event`` in the wire format under the registry's ``schema_id``.

    Raises ``MalformedEvent`` when a field's value does not fit its contract, and when a
    personal field was not sealed.
    """
    body = io.BytesIO()
    body.write(_HEADER.pack(0, schema_id))
    schema = all_schemas()[type(event).__name__]
    try:
        fastavro.schemaless_writer(body, schema.parsed, _fields(event, schema), strict=True)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise MalformedEvent(f"{schema.event_type} breaks its contract: {error}") from error
    return body.getvalue()


def schema_id_of(value: bytes) -> int:
    """Return the registry's id in the value's header; raises ``MalformedEvent``."""
    if len(value) < HEADER_SIZE:
        raise MalformedEvent(f"{len(value)} bytes are too few for a schema id.")
    magic, schema_id = _HEADER.unpack_from(value)
    if magic != 0:
        raise MalformedEvent(f"The first byte is {magic}, not 0: this is not the wire format.")
    return int(schema_id)


def decode(event_type: str, value: bytes, writer_schema: Any = None) -> DomainEvent:
    """Return the event in ``value``; raises ``MalformedEvent``.

    ``writer_schema`` is the parsed schema that the registry holds under the value's id;
    without it the value is taken to be written with this release's own contract.
    """
    schema_id_of(value)
    if writer_schema is None:
        return _own_reader(event_type)(value)
    return body_reader(event_type, writer_schema)(value)


def body_reader(event_type: str, writer_schema: Any = None) -> Callable[[bytes], DomainEvent]:
    """Return what reads values of one writer, whose header the caller has read.

    It is `decode` with everything that such values share looked up once.
    """
    if event_type not in EVENTS:
        raise MalformedEvent(f"The event type {event_type!r} has no contract.")
    schema = all_schemas()[event_type]
    own, make, change = schema.parsed, EVENTS[event_type], _changes(schema)
    # Told apart here, as the reader would compare the two for every value.
    reader, writer = (None, own) if writer_schema in (None, own) else (own, writer_schema)

    def read(value: bytes) -> DomainEvent:
        body = io.BytesIO(value)
        body.seek(HEADER_SIZE)
        try:
            fields: Any = fastavro.schemaless_reader(body, writer, reader)
        except Exception as error:  # Avro's readers raise whatever broken bytes lead them to.
            raise MalformedEvent(f"{event_type} cannot be read: {error!r}") from error
        # Read with the schema of another event, bytes may fit and yet not be all.
        if left_over := len(value) - body.tell():
            raise MalformedEvent(f"{event_type} is followed by {left_over} bytes not its own.")
        for name, changed in change.items():
            fields[name] = changed(fields[name])
        return make(**fields)

    return read


@cache
def _own_reader(event_type: str) -> Callable[[bytes], DomainEvent]:
    return body_reader(event_type)


def _changes(schema: Schema) -> dict[str, Callable[[Any], Any]]:
    """Return the fields whose value is not simply what Avro gives."""
    arrays = {f["name"]: _frozen for f in schema.definition["fields"] if "array" in str(f["type"])}
    return {**arrays, **dict.fromkeys(schema.personal, _sealed)}


def _fields(event: DomainEvent, schema: Schema) -> dict[str, Any]:
    sealed = schema.personal
    return {
        field.name: (_token if field.name in sealed else _thawed)(getattr(event, field.name))
        for field in dataclasses.fields(event)  # type: ignore[arg-type]
    }


def _token(item: Any) -> str | None:
    if isinstance(item, str):
        raise ValueError("a personal field is in the clear")
    return item.token if isinstance(item, Sealed) else None


def _thawed(item: Any) -> Any:
    return list(item) if isinstance(item, tuple) else item


def _frozen(item: Any) -> Any:
    return tuple(item) if isinstance(item, list) else item


def _sealed(item: Any) -> Any:
    return Sealed(item) if item else item
