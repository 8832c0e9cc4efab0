"""What was seen in Kafka, kept on disk so that a million records need little memory.

Enters: notes of records, in offset order of each partition. Leaves: what `seen.py`
compares, repetitions and broken orders. SQLite's private temporary database does the set
arithmetic; nothing of it lands in the monolith's database, and it is gone with the process.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator

from cdc.audit.notes import Disorder, EventNote, RowNote, Unreadable

Place = tuple[str, int]

_TABLES = """
CREATE TABLE place (topic, number, next, PRIMARY KEY (topic, number)) WITHOUT ROWID;
CREATE TABLE event (
    topic, number, position, id, aggregate, version, range, term,
    PRIMARY KEY (topic, number, position)
) WITHOUT ROWID;
CREATE INDEX event_id ON event (id);
CREATE INDEX event_range ON event (range);
CREATE TABLE row (
    topic, key, version, range, term, number, raw, PRIMARY KEY (topic, key)
) WITHOUT ROWID;
CREATE TABLE unreadable (topic, number, position, reason);
"""
_DISORDER = """
WITH first AS (
    SELECT topic, number, min(position) AS position, id, aggregate, version
    FROM event GROUP BY topic, number, id
), followed AS (
    SELECT *, max(version) OVER (
        PARTITION BY topic, number, aggregate ORDER BY position
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS before FROM first
)
SELECT topic, number, position, id, aggregate, version, before
FROM followed WHERE version < before ORDER BY topic, number, position
"""


class Ledger:
    """The notes; every method reads or writes one consistent state."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.executescript(_TABLES)

    def next_offsets(self) -> dict[Place, int]:
        """Return where to read on."""
        rows = self._db.execute("SELECT topic, number, next FROM place")
        return {(topic, number): after for topic, number, after in rows}

    def write(
        self, notes: Iterable[EventNote | RowNote | Unreadable], moved: dict[Place, int]
    ) -> None:
        """Keep ``notes`` and how far the partitions were read, both or neither."""
        notes = list(notes)
        with self._db:
            self._write("event", [note for note in notes if isinstance(note, EventNote)])
            self._write("row", [note for note in notes if isinstance(note, RowNote)])
            self._write("unreadable", [note for note in notes if isinstance(note, Unreadable)])
            self._write("place", [(*place, after) for place, after in moved.items()])

    def _write(self, table: str, rows: list[tuple[object, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._db.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)

    def forget(self, place: Place) -> None:
        """Drop what is known of a partition, whose topic was made anew."""
        with self._db:
            for table in ("place", "event", "row", "unreadable"):
                self._db.execute(f"DELETE FROM {table} WHERE topic = ? AND number = ?", place)

    def disorder(self) -> list[Disorder]:
        """Return first deliveries that came after a later version of their aggregate."""
        return [Disorder(*row) for row in self._db.execute(_DISORDER)]

    def repetitions(self) -> int:
        """Count deliveries of an event beyond its first."""
        return self._number("SELECT count(*) - count(DISTINCT id) FROM event")

    def events(self) -> int:
        """Count distinct events."""
        return self._number("SELECT count(DISTINCT id) FROM event")

    def rows(self) -> int:
        """Count keys with a row."""
        return self._number("SELECT count(version) FROM row")

    def unreadable(self) -> list[Unreadable]:
        """Return the records that tell nothing."""
        return [Unreadable(*row) for row in self._db.execute("SELECT * FROM unreadable")]

    def key_of(self, topic: str, key: int) -> tuple[int, bytes] | None:
        """Return the partition of a row's records and its key's bytes there."""
        query = "SELECT number, raw FROM row WHERE topic = ? AND key = ?"
        found: tuple[int, bytes] | None = self._db.execute(query, (topic, key)).fetchone()
        return found

    def query(self, text: str, values: Collection[object] = ()) -> Iterator[tuple[int, ...]]:
        """Run a query for one of the sides below."""
        yield from self._db.execute(text, tuple(values))

    def _number(self, query: str) -> int:
        ((number,),) = self._db.execute(query).fetchall()
        return int(number)
