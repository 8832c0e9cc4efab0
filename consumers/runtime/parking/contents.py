"""A parked record in words: what a person reads before deciding about it.

Enters: a row of the parking lot. Leaves: plain values for a table, for JSON, and for a page of
everything that is known of one record; what cannot be decoded is shown as bytes.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cdc.debezium import ChangeEvent, MalformedChange, Tombstone
from consumers.runtime.consumer import Consumer
from consumers.runtime.errors import ConsumerError
from consumers.runtime.events import Read
from consumers.runtime.models import ParkedRecord
from consumers.runtime.parking.choice import Place, shown_key
from consumers.runtime.parking.rows import parked_from
from consumers.runtime.records import Record

# By topic, partition and key.
Followers = Mapping[tuple[str, int, bytes | None], int]
# Of a value that nothing can be read from.
_BEGINNING = 64


def summary(row: ParkedRecord, followers: Followers) -> dict[str, Any]:
    """Give one line of a list."""
    key = None if row.key is None else bytes(row.key)
    behind = followers.get((row.topic, row.partition, key), 0) if key is not None else 0
    return {
        "place": str(Place(row.topic, row.partition, row.offset)),
        "key": shown_key(key),
        "state": row.state,
        "attempts": row.attempts,
        "parked_at": row.parked_at.isoformat(timespec="seconds"),
        # A dead record that does not hold its key has nobody behind it.
        "behind": behind if row.holds_key or row.state != "dead" else 0,
        "error": row.error,
    }


def everything(
    row: ParkedRecord,
    behind: Followers,
    consumer: Consumer[Any],
    read_event: Read,
) -> dict[str, Any]:
    """Give all that is known of one record."""
    record = parked_from(row).record
    headers = {name: text_of(text) for name, text in record.headers}
    told = {
        "stack": row.stack,
        "holds_key": row.holds_key,
        "timestamp": row.timestamp,
        "headers": headers,
    }
    queue = [str(place) for place in _queue(row)]
    return summary(row, behind) | told | decoded(record, consumer, read_event) | {"queue": queue}


def decoded(record: Record, consumer: Consumer[Any], read_event: Read) -> dict[str, Any]:
    """Give the event or the row that the record carries, or else the beginning of its bytes."""
    reaction = consumer.whole.get(record.topic)
    try:
        if reaction is not None and reaction.takes == "row":
            change = ChangeEvent.parse(record.key, record.value)
            return {"row": None if isinstance(change, Tombstone) else change.after}
        if reaction is None:
            event: Any = read_event(record).payload
            return {"event": asdict(event)}
    except (ConsumerError, MalformedChange) as error:
        return {"unreadable": str(error), "bytes": (record.value or b"")[:_BEGINNING].hex()}
    return {"bytes": (record.value or b"")[:_BEGINNING].hex()}


def text_of(raw: bytes | None) -> str | None:
    """Write a header as text where it is text."""
    return None if raw is None else shown_key(raw)


def _queue(row: ParkedRecord) -> list[Place]:
    if row.key is None:
        return []
    rows = ParkedRecord.objects.filter(
        consumer=row.consumer,
        topic=row.topic,
        partition=row.partition,
        key=row.key,
        offset__gt=row.offset,
        state="queued",
    ).order_by("offset")
    return [Place(*place) for place in rows.values_list("topic", "partition", "offset")]
