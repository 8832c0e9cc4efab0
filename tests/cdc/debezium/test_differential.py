"""The same workload by Debezium and by PostgreSQL's own pgoutput: the same rows in the same order.

The workload is drawn by a seed: inserts of one and of many rows, COPY, updates, changed keys,
deletions and large values that stay unchanged, in transactions that interleave on two sessions.
"""

import random
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from cdc.debezium import ChangeEvent, Marker, Table, Tombstone
from tests.cdc.debezium.capture import Capture, captured
from tests.cdc.debezium.pgoutput import Told, read_changes
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

TABLE = Table(
    "public.ledger",
    {"shop": "integer", "number": "integer", "note": "text", "receipt": "text"},
    key=("shop", "number"),
)
_TABLES = {
    "ledger": "CREATE TABLE ledger (shop integer, number integer, note text, receipt text,"
    " PRIMARY KEY (shop, number)); ALTER TABLE ledger ALTER receipt SET STORAGE EXTERNAL"
}
_PEEK = (
    "SELECT data FROM pg_logical_slot_peek_binary_changes("
    "'truth', NULL, NULL, 'proto_version', '1', 'publication_names', 'everything')"
)
_STEPS = 400
Key = tuple[int, int]


@pytest.mark.parametrize("seed", [20260801, 7])
def test_debezium_and_postgresql_tell_the_same_story(stack: Stack, seed: int) -> None:
    with captured(stack, f"ledger_{seed}", _TABLES, {f"ledger_{seed}": {}}) as capture:
        with capture.connect() as session:
            session.execute("SELECT pg_create_logical_replication_slot('truth', 'pgoutput')")
            Workload(capture, seed).run()
            truth = list(read_changes(bytes(data) for (data,) in session.execute(_PEEK)))
        # A deletion is followed by an empty value.
        count = len(truth) + sum(told.op == "d" for told in truth)
        records = capture.records(f"ledger_{seed}", "public.ledger", count)
    read = [TABLE.read(*record) for record in records]

    assert {told.op for told in truth} == set("cud")
    assert any(isinstance(value, Marker) for told in truth for value in (told.row or {}).values())
    assert list(story(read)) == truth


def story(read: list[ChangeEvent | Tombstone]) -> Iterator[Told]:
    """Tell Debezium's changes as pgoutput tells them, and check each deletion's tombstone."""
    for change, after in zip(read, [*read[1:], None], strict=True):
        if isinstance(change, Tombstone):
            continue
        if change.is_deletion:
            assert after == Tombstone(change.key)
        yield Told(
            change.transaction_id or 0,
            change.table,
            change.op,
            as_text(change.key),
            None if change.after is None else as_text(change.after),
        )


def as_text(row: dict[str, Any]) -> dict[str, Any]:
    return {name: str(v) if isinstance(v, int) else v for name, v in row.items()}


class Workload:
    """Random transactions on two sessions that never wait for each other's locks."""

    def __init__(self, capture: Capture, seed: int) -> None:
        self._capture = capture
        self._random = random.Random(seed)
        self._next = 0
        self._free: list[Key] = []
        # By session: the keys that are there once its open transaction commits.
        self._held: list[list[Key]] = [[], []]

    def run(self) -> None:
        with (
            psycopg.connect(**self._capture.address()) as one,
            psycopg.connect(**self._capture.address()) as two,
        ):
            for _ in range(_STEPS):
                side = self._random.randrange(2)
                self._step((one, two)[side], side)
            for side, session in enumerate((one, two)):
                self._end(session, side)

    def _step(self, session: Any, side: int) -> None:
        steps = [self._insert, self._insert_many, self._copy, self._end]
        if self._free:
            steps += [self._update] * 3 + [self._move, self._delete]
        self._random.choice(steps)(session, side)

    def _insert(self, session: Any, side: int) -> None:
        key = self._new(side)
        # Long enough to be stored apart, so that an update leaves it unlogged.
        session.execute(
            "INSERT INTO ledger VALUES (%s, %s, %s, %s)", [*key, self._note(), "r" * 3000]
        )

    def _insert_many(self, session: Any, side: int) -> None:
        keys = [self._new(side) for _ in range(self._random.randint(2, 9))]
        rows = ", ".join(f"({shop}, {number}, NULL, '')" for shop, number in keys)
        session.execute(f"INSERT INTO ledger VALUES {rows}".encode())

    def _copy(self, session: Any, side: int) -> None:
        with session.cursor() as cursor, cursor.copy("COPY ledger FROM STDIN") as copy:
            for _ in range(self._random.randint(2, 30)):
                copy.write_row((*self._new(side), self._note(), None))

    def _update(self, session: Any, side: int) -> None:
        shop, number = self._take()
        self._held[side].append((shop, number))
        session.execute(
            "UPDATE ledger SET note = %s WHERE shop = %s AND number = %s",
            [self._note(), shop, number],
        )

    def _move(self, session: Any, side: int) -> None:
        key = self._take()
        session.execute(
            "UPDATE ledger SET shop = %s, number = %s WHERE shop = %s AND number = %s",
            [*self._new(side), *key],
        )

    def _delete(self, session: Any, side: int) -> None:
        session.execute("DELETE FROM ledger WHERE shop = %s AND number = %s", list(self._take()))

    def _end(self, session: Any, side: int) -> None:
        session.commit()
        self._free += self._held[side]
        self._held[side] = []

    def _new(self, side: int) -> Key:
        self._next += 1
        key = (self._random.randrange(3), self._next)
        self._held[side].append(key)
        return key

    def _take(self) -> Key:
        return self._free.pop(self._random.randrange(len(self._free)))

    def _note(self) -> str | None:
        return self._random.choice([None, "", "paid", "größer", "x\ty\n"])
