"""PostgreSQL's own account of what was committed, without Debezium.

Enters: messages of `pg_logical_slot_peek_binary_changes` with pgoutput, protocol version 1.
Leaves: the row changes in commit order. The format is in PostgreSQL's documentation, "Logical
Replication Message Formats".
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cdc.debezium import UNCHANGED, Marker

Row = dict[str, str | None | Marker]


class Told(NamedTuple):
    """One change in Debezium's words: a changed key is a deletion and a creation."""

    transaction_id: int
    table: str
    op: str
    key: Row
    row: Row | None


@dataclass(frozen=True)
class Relation:
    """A table as the messages after it mean it; ``key`` marks the replica identity."""

    name: str
    columns: tuple[str, ...]
    key: frozenset[str]


class Reader:
    """Walk through one message."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, form: str) -> tuple[int, ...]:
        values: tuple[int, ...] = struct.unpack_from(f">{form}", self._data, self._at)
        self._at += struct.calcsize(f">{form}")
        return values

    def char(self) -> str:
        return chr(self.take("B")[0])

    def text(self) -> str:
        end = self._data.index(b"\0", self._at)
        found, self._at = self._data[self._at : end].decode(), end + 1
        return found

    def octets(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]


def read_changes(messages: Iterable[bytes]) -> Iterator[Told]:
    """Yield the changes; a message of another kind than these is not asked for."""
    relations: dict[int, Relation] = {}
    transaction = 0
    for data in messages:
        reader = Reader(data)
        kind = reader.char()
        if kind == "B":
            *_, transaction = reader.take("qqI")
        elif kind == "R":
            number, relation = _relation(reader)
            relations[number] = relation
        elif kind in "IUD":
            relation = relations[reader.take("I")[0]]
            for op, key, row in _rows(kind, relation, reader):
                yield Told(transaction, relation.name, op, key, row)


def _relation(reader: Reader) -> tuple[int, Relation]:
    (number,) = reader.take("I")
    _, name = reader.text(), reader.text()
    _, count = reader.take("BH")
    columns, key = [], set()
    for _ in range(count):
        (is_key,) = reader.take("B")
        columns.append(reader.text())
        reader.take("Ii")
        if is_key:
            key.add(columns[-1])
    return number, Relation(name, tuple(columns), frozenset(key))


def _rows(kind: str, relation: Relation, reader: Reader) -> Iterator[tuple[str, Row, Row | None]]:
    old: Row | None = None
    part = reader.char()
    if part in "KO":
        old = _key(relation, _tuple(relation, reader))
        if kind == "D":
            yield "d", old, None
            return
        part = reader.char()
    row = _tuple(relation, reader)
    key = _key(relation, row)
    if old is not None and old != key:
        yield "d", old, None
        yield "c", key, row
    else:
        yield ("c" if kind == "I" else "u"), key, row


def _key(relation: Relation, row: Row) -> Row:
    return {name: value for name, value in row.items() if name in relation.key}


def _tuple(relation: Relation, reader: Reader) -> Row:
    reader.take("H")
    return {name: _value(reader) for name in relation.columns}


def _value(reader: Reader) -> str | None | Marker:
    kind = reader.char()
    if kind == "t":
        return reader.octets(reader.take("I")[0]).decode()
    return UNCHANGED if kind == "u" else None
