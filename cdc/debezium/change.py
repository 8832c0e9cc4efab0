"""Read a Debezium change event from a record's key and value.

Enters: the bytes of a record written by the JSON converter, with or without its schema.
Leaves: `ChangeEvent`, or `Tombstone` for the empty value after a delete. The shape is
Debezium's change event envelope (PostgreSQL connector documentation, "Data change events").
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from cdc.debezium.errors import MalformedChange

Headers = Iterable[tuple[str, bytes | None]]
Op = Literal["c", "u", "d", "r", "t"]
Row = dict[str, Any]

_OPS = ("c", "u", "d", "r", "t")
# A changed key comes as a deletion under the old key and a creation under the new one.
_NEW_KEY = "__debezium.newkey"
_OLD_KEY = "__debezium.oldkey"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An empty value: the key was deleted, and compaction may forget it."""

    key: Row


@dataclass(frozen=True, slots=True)
class TransactionPlace:
    """A change's place in its transaction, counted from 1 (`provide.transaction.metadata`)."""

    transaction_id: int
    order: int
    order_in_table: int


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """One row's change, or the truncation of a table (op "t"), which has no key and no row.

    ``lsn`` orders the changes of one row; it does not order rows of interleaved transactions.
    Of a row read by an incremental snapshot it is the stream's position at the reading.
    ``committed_at`` is the commit's time in the source database (of a snapshot: its time).
    ``snapshot`` is "" while streaming, else Debezium's marker; "last" ends the snapshot.
    ``new_key`` is set on a deletion that is half of a changed key, ``old_key`` on the other half.
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
    schema: str = ""
    old_key: Row | None = None
    new_key: Row | None = None
    place: TransactionPlace | None = None

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

    @property
    def is_incremental(self) -> bool:
        """Tell whether the row was read by an incremental snapshot, amid the stream."""
        return self.snapshot == "incremental"

    @property
    def is_key_change(self) -> bool:
        """Tell whether this is one half of an update that changed the row's key."""
        return self.old_key is not None or self.new_key is not None

    @classmethod
    def parse(
        cls,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
        *,
        keyless: bool = False,
    ) -> "ChangeEvent | Tombstone":
        """Return the change in a record; raises ``MalformedChange`` saying what is wrong.

        A key may be missing from a truncation, and from a table that is said to be ``keyless``.
        """
        if value is None:
            return Tombstone({} if keyless and key is None else _object(key, "key"))
        body = _object(value, "value")
        is_bare = key is None and (keyless or body.get("op") == "t")
        return _change({} if is_bare else _object(key, "key"), body, dict(headers))


def _change(key: Row, body: Row, headers: dict[str, bytes | None]) -> ChangeEvent:
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
        lsn=_position(source),
        committed_at=_time(source),
        snapshot=_snapshot(source),
        transaction_id=None if source.get("txId") is None else _integer(source, "txId"),
        schema=str(source.get("schema", "")),
        old_key=_key_in(headers, _OLD_KEY),
        new_key=_key_in(headers, _NEW_KEY),
        place=_place(body),
    )


def _key_in(headers: dict[str, bytes | None], name: str) -> Row | None:
    return _object(headers[name], f"header {name}") if name in headers else None


def _place(body: Row) -> TransactionPlace | None:
    block = body.get("transaction")
    if block is None:
        return None
    try:
        return TransactionPlace(
            transaction_id=int(block["id"].partition(":")[0]),
            order=int(block["total_order"]),
            order_in_table=int(block["data_collection_order"]),
        )
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise MalformedChange(f"`transaction` is not one: {error!r}.") from error


def _object(raw: bytes | None, part: str) -> Row:
    if raw is None:
        raise MalformedChange(f"The record has no {part}.")
    try:
        parsed = json.loads(raw.decode())
    # Brackets in their thousands end in a RecursionError.
    except (ValueError, RecursionError) as error:
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


def _position(source: Row) -> int:
    if source.get("lsn") is not None or not isinstance(source.get("sequence"), str):
        return _integer(source, "lsn")
    # A row read amid the stream has no position of its own. That of the stream at its reading
    # stands behind all changes that the row has in it, and before all that it has not.
    try:
        return int(json.loads(source["sequence"])[-1])
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise MalformedChange(f"`source.sequence` tells no position: {error!r}.") from error


def _time(source: Row) -> datetime:
    milliseconds = _integer(source, "ts_ms")
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedChange(f"`source.ts_ms` is not a time: {milliseconds}.") from error


def _snapshot(source: Row) -> str:
    marker = str(source.get("snapshot") or "false").lower()
    return "" if marker == "false" else marker
