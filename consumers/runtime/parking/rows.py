"""A parked record as a row, and back: bytes that need not be text among them."""

from base64 import b64decode, b64encode
from typing import Any

from consumers.runtime.health.aggregates import told_by
from consumers.runtime.models import ParkedRecord
from consumers.runtime.parking.port import Parked
from consumers.runtime.records import Record

# What may change of a record that is parked.
CHANGES = ("state", "attempts", "due", "error", "holds_key", "is_replay", "stack")
# What whoever asks which keys are held, twice a second, needs not read.
LARGE = ("value", "headers", "stack")
PLACE = ("consumer", "topic", "partition", "offset")


def row_of(parked: Parked, consumer: str) -> ParkedRecord:
    """Give a record as a row of ``consumer``."""
    record = parked.record
    aggregate, version = told_by(record) or ("", None)
    return ParkedRecord(
        consumer=consumer,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=[
            (name, None if t is None else b64encode(t).decode()) for name, t in record.headers
        ],
        timestamp=record.timestamp,
        state=parked.state,
        attempts=parked.attempts,
        due=parked.due,
        # No database keeps a NUL in a text.
        error=parked.error.replace("\0", "�"),
        holds_key=parked.holds_key,
        is_replay=parked.is_replay,
        stack=parked.stack.replace("\0", "�"),
        aggregate=aggregate,
        version=version,
    )


def parked_from(row: ParkedRecord) -> Parked:
    """Give a row as the loop knows it; of one that was read without ``LARGE``, all but these."""
    is_whole = not row.get_deferred_fields()
    headers = row.headers if is_whole else []
    value = bytes(row.value) if is_whole and row.value is not None else None
    stack = row.stack if is_whole else ""
    record = Record(
        topic=row.topic,
        partition=row.partition,
        offset=row.offset,
        key=None if row.key is None else bytes(row.key),
        value=value,
        headers=tuple((name, None if t is None else b64decode(t)) for name, t in headers),
        timestamp=row.timestamp,
    )
    state: Any = row.state
    told = (row.attempts, row.due, row.error, row.holds_key, row.is_replay, stack)
    return Parked(record, state, *told)
