"""Read a Debezium change event from a record's key and value.

Enters: the bytes of a record written by the JSON converter, with or without its schema.
Leaves: `ChangeEvent`, or `Tombstone` for the empty value after a delete. The shape is
Debezium's change event envelope (PostgreSQL connector documentation, "Data change events").
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Op = Literal["c", "u", "d", "r", "t"]
Row = dict[str, Any]

# What stands for a large value that the update did not touch and PostgreSQL did not log.
UNAVAILABLE = "__debezium_unavailable_value"

_OPS = frozenset("cudrt")


class MalformedChange(ValueError):
    """The record is not a change event; it can never be applied."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An empty value: the key was deleted, and compaction may forget it."""

    key: Row


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """One row's change.

    ``lsn`` orders the changes of one row; it does not order rows of interleaved transactions.
    ``committed_at`` is the commit's time in the source database (of a snapshot: its time).
    ``snapshot`` is "" while streaming, else Debezium's marker; "last" ends the snapshot.
    """

    key: Row
    op: Op
    before: Row | None
    after: Row | None
    table: str
    lsn: int
    committed_at: datetime
    snapshot: str
    transaction_id: int | None

    @property
    def is_deletion(self) -> bool:
        """Tell whether the row is gone after this change."""
        return self.op == "d"

    @property
    def is_snapshot(self) -> bool:
        """Tell whether the row was read by a snapshot rather than from the log."""
        return self.snapshot != ""

    @property
    def is_snapshot_end(self) -> bool:
        """Tell whether this is the very last record of an initial snapshot."""
        return self.snapshot == "last"

    @classmethod
    def parse(cls, key: bytes | None, value: bytes | None) -> "ChangeEvent | Tombstone":
        """Return the change in a record; raises ``MalformedChange`` saying what is wrong."""
        row_key = _object(key, "key")
        return Tombstone(row_key) if value is None else _change(row_key, value)


def _change(key: Row, value: bytes) -> ChangeEvent:
    body = _object(value, "value")
    source = body.get("source")
    if not isinstance(source, dict):
        raise MalformedChange("The value has no `source` block: it is not a change event.")
    op = body.get("op")
    if op not in _OPS:
        raise MalformedChange(f"The operation {op!r} is none of c, u, d, r, t.")
    after = _row(body, "after")
    if op in ("c", "u", "r") and after is None:
        raise MalformedChange(f"The operation {op!r} carries no `after` row.")
    return ChangeEvent(
        key=key,
        op=op,
        before=_row(body, "before"),
        after=after,
        table=str(source.get("table", "")),
        lsn=_integer(source, "lsn"),
        committed_at=datetime.fromtimestamp(_integer(source, "ts_ms") / 1000, UTC),
        snapshot=_snapshot(source),
        transaction_id=source.get("txId"),
    )


def _object(raw: bytes | None, part: str) -> Row:
    if raw is None:
        raise MalformedChange(f"The record has no {part}.")
    try:
        parsed = json.loads(raw)
    except ValueError as error:
        raise MalformedChange(f"The {part} is not JSON: {error}") from error
    if isinstance(parsed, dict) and set(parsed) == {"schema", "payload"}:
        parsed = parsed["payload"]
    if not isinstance(parsed, dict):
        raise MalformedChange(f"The {part} is not a JSON object.")
    return parsed


def _row(body: Row, name: str) -> Row | None:
    row = body.get(name)
    if row is not None and not isinstance(row, dict):
        raise MalformedChange(f"`{name}` is not a row.")
    return row


def _integer(source: Row, name: str) -> int:
    number = source.get(name)
    if not isinstance(number, int) or isinstance(number, bool):
        raise MalformedChange(f"`source.{name}` is not a number: {number!r}.")
    return number


def _snapshot(source: Row) -> str:
    marker = str(source.get("snapshot") or "false").lower()
    return "" if marker == "false" else marker
