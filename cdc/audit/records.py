"""What one record says to the auditor.

Enters: a record of an event topic or of a captured table's topic. Leaves: a note. A record
that tells nothing is noted as such and never stops the audit.
"""

from datetime import datetime
from typing import Any

from confluent_kafka import Message

from cdc.audit.notes import MINUTE_S, RANGE, EventNote, RowNote, Unreadable
from cdc.contracts.applied import term
from cdc.contracts.schemas import all_schemas
from cdc.debezium import ChangeEvent, MalformedChange, Tombstone

Note = EventNote | RowNote | Unreadable


def event_notes(message: Message) -> list[Note]:
    """Return the note of an event's delivery."""
    try:
        return [_event(message)]
    except (KeyError, ValueError) as error:
        return [_unreadable(message, f"its headers are not an event's: {error!r}")]


def row_notes(message: Message) -> list[Note]:
    """Return the note of a row's record; two when only its key can be read."""
    try:
        key, version = _row(message)
    except MalformedChange as error:
        reason = _unreadable(message, str(error))
        # For whoever reads the topic anew this record is all that is left of the row.
        key_alone = _key_of(message)
        return [reason] if key_alone is None else [reason, _row_note(message, key_alone, -1)]
    return [_row_note(message, key, version)]


def _event(message: Message) -> EventNote:
    headers = {name: value.decode() for name, value in _headers(message) if value is not None}
    version = int(headers["aggregateversion"])
    occurred_at = datetime.fromisoformat(headers["ce_time"]).timestamp()
    return EventNote(
        *_place(message),
        id=headers["ce_id"],
        aggregate=f"{_aggregate_type(headers['ce_type'])}/{headers['ce_subject']}",
        version=version,
        range=int(occurred_at // MINUTE_S),
        term=term(headers["ce_id"], version),
    )


def _aggregate_type(event_type: str) -> str:
    # Aggregates of several types share a topic, and their ids and versions are their own.
    schema = all_schemas().get(event_type)
    return schema.aggregate_type if schema else event_type


def _row(message: Message) -> tuple[int, int | None]:
    change = ChangeEvent.parse(message.key(), message.value())
    key = change.key.get("id")
    if not isinstance(key, int):
        raise MalformedChange(f"The key {change.key} has no whole number `id`.")
    if isinstance(change, Tombstone) or change.is_deletion:
        return key, None
    version = (change.after or {}).get("version")
    if not isinstance(version, int):
        raise MalformedChange("The row has no whole number `version`.")
    return key, version


def _key_of(message: Message) -> int | None:
    try:
        key = ChangeEvent.parse(message.key(), None).key.get("id")
    except MalformedChange:
        return None
    return key if isinstance(key, int) else None


def _row_note(message: Message, key: int, version: int | None) -> RowNote:
    topic, number, _ = _place(message)
    added = 0 if version is None else term(key, version)
    return RowNote(topic, key, version, key // RANGE, added, number, message.key() or b"")


def _unreadable(message: Message, reason: str) -> Unreadable:
    return Unreadable(*_place(message), reason)


def _headers(message: Message) -> list[tuple[str, bytes | None]]:
    headers: Any = message.headers() or []
    return list(headers)


def _place(message: Message) -> tuple[str, int, int]:
    # The stubs allow for messages without a place; those that come off a topic have one.
    topic, number, position = message.topic(), message.partition(), message.offset()
    return str(topic), int(number or 0), int(position or 0)
