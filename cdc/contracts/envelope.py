"""The metadata around an event, as it travels in a Kafka record.

Enters: a record's headers and value. Leaves: `Envelope`. The headers are CloudEvents 1.0
in the Kafka protocol binding's binary mode, plus the extensions named below.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from cdc.contracts.codec import MalformedEvent, decode
from cdc.contracts.events import DomainEvent
from cdc.contracts.handled_by import MONOLITH, Stamp

# Every header of an event record: CloudEvents' attributes, then the extensions.
HEADERS = {
    "ce_id": "Unique to the event; what a consumer tells a repetition by.",
    "ce_specversion": "Of CloudEvents.",
    "ce_source": "Who tells it.",
    "ce_type": "Names the event's contract.",
    "ce_subject": "The aggregate's id, and the record's key.",
    "ce_time": "When it happened, UTC.",
    "aggregateversion": "The aggregate's version after it.",
    "correlationid": "Shared by all that one request or command caused.",
    "causationid": "The event that led to it, if one did.",
    "traceparent": "The trace it belongs to (W3C Trace Context).",
    "handledby": "For whom a service acts on it, by kind; empty: the monolith does for everybody.",
}


Headers = Mapping[str, bytes | None]


class Envelope(NamedTuple):
    """One event with who, when and why; the names are those of the published language.

    A tuple, as a frozen dataclass takes thrice as long to make, and every event has one.
    """

    message_id: str
    correlation_id: str
    causation_id: str
    timestamp: datetime
    event_type: str
    aggregate_id: str
    aggregate_version: int
    traceparent: str
    payload: DomainEvent
    handled_by: Stamp = MONOLITH

    @classmethod
    def from_record(
        cls,
        headers: Headers,
        value: bytes,
        decode: Callable[[str, bytes], DomainEvent] = decode,
    ) -> "Envelope":
        """Return the envelope of a record; raises ``MalformedEvent`` naming what is wrong."""
        try:
            event_type = _required(headers, "ce_type")
            return cls(
                message_id=_required(headers, "ce_id"),
                correlation_id=_optional(headers, "correlationid"),
                causation_id=_optional(headers, "causationid"),
                timestamp=_timestamp(_required(headers, "ce_time")),
                event_type=event_type,
                aggregate_id=_required(headers, "ce_subject"),
                aggregate_version=_integer(headers, "aggregateversion"),
                traceparent=_optional(headers, "traceparent"),
                payload=decode(event_type, value),
                handled_by=Stamp.parse(_optional(headers, "handledby")),
            )
        except UnicodeDecodeError as error:
            name = next(name for name, text in headers.items() if text == error.object)
            raise MalformedEvent(f"The header {name} is not UTF-8.") from error


def _required(headers: Headers, name: str) -> str:
    text = (headers.get(name) or b"").decode()
    if not text:
        raise MalformedEvent(f"The header {name} is missing.")
    return text


def _optional(headers: Headers, name: str) -> str:
    return (headers.get(name) or b"").decode()


def _timestamp(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedEvent(f"The header ce_time is not a time: {text!r}.") from error


def _integer(headers: Headers, name: str) -> int:
    text = _required(headers, name)
    if not text.isdecimal():
        raise MalformedEvent(f"The header {name} is not a number: {text!r}.")
    return int(text)
