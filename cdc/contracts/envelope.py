"""The metadata around an event, as it travels in a Kafka record.

Enters: a record's headers and value. Leaves: `Envelope`. The headers are CloudEvents 1.0
in the Kafka protocol binding's binary mode, plus the extensions named below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cdc.contracts.codec import MalformedEvent, decode
from cdc.contracts.events import DomainEvent

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
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event with who, when and why; the names are those of the published language."""

    message_id: str
    correlation_id: str
    causation_id: str
    timestamp: datetime
    event_type: str
    aggregate_id: str
    aggregate_version: int
    traceparent: str
    payload: DomainEvent

    @classmethod
    def from_record(
        cls,
        headers: Mapping[str, bytes],
        value: bytes,
        decode: Callable[[str, bytes], DomainEvent] = decode,
    ) -> "Envelope":
        """Return the envelope of a record; raises ``MalformedEvent`` naming what is wrong."""
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
        )


def _required(headers: Mapping[str, bytes], name: str) -> str:
    text = _optional(headers, name)
    if not text:
        raise MalformedEvent(f"The header {name} is missing.")
    return text


def _optional(headers: Mapping[str, bytes], name: str) -> str:
    try:
        return (headers.get(name) or b"").decode()
    except UnicodeDecodeError as error:
        raise MalformedEvent(f"The header {name} is not UTF-8.") from error


def _timestamp(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedEvent(f"The header ce_time is not a time: {text!r}.") from error


def _integer(headers: Mapping[str, bytes], name: str) -> int:
    text = _required(headers, name)
    if not text.isdecimal():
        raise MalformedEvent(f"The header {name} is not a number: {text!r}.")
    return int(text)
