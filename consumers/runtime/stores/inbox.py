"""The inbox: which events were applied, so that a second delivery has no second effect.

Enters: records of an open transaction. Leaves: those that are news, remembered in the same
transaction. Lives as long as an event may be delivered again.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from consumers.runtime.records import Record

_REMEMBER = """
INSERT INTO runtime_inbox (consumer, message_id, "offset")
SELECT %s, * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT DO NOTHING RETURNING message_id
"""
_FIRST_AT = """
SELECT message_id, "offset" FROM runtime_inbox WHERE consumer = %s AND message_id = ANY(%s)
"""
_FORGET = "DELETE FROM runtime_inbox WHERE consumer = %s AND message_id = ANY(%s)"
_PRUNE = """
DELETE FROM runtime_inbox WHERE id IN (
    SELECT id FROM runtime_inbox
    WHERE consumer = %s AND handled_at < now() - %s * interval '1 day'
    ORDER BY handled_at LIMIT %s FOR UPDATE SKIP LOCKED
)
"""
_LONGEST_ID = 200


Replays = Callable[[Record], bool]


class Inbox:
    """The inbox of ``consumer``, in the transaction of ``cursor``."""

    def __init__(self, cursor: Any, consumer: str) -> None:
        self._cursor = cursor
        self._consumer = consumer

    def fresh(self, records: Sequence[Record], is_replay: Replays) -> list[Record]:
        """Give the records that are news, or are read again on purpose, and remember them.

        A row is always news: it has no id.
        """
        names = {record: name for record in records if (name := id_of(record))}
        news = self._remember(list(names.values()), list(names))
        known = [record for record, name in names.items() if name not in news]
        again = self._brought_first_by(known, names, is_replay)
        fresh = []
        for record in records:
            named = names.get(record)
            if named is None or named in news or record in again:
                # The same event twice in one batch is news once.
                news.discard(named)
                fresh.append(record)
        return fresh

    def not_passed(
        self, records: Sequence[Record], is_replay: Replays
    ) -> tuple[list[Record], dict[Record, str]]:
        """Give those whose place is news, and places to forget when their offsets have moved.

        Asked only where an event's id does not tell.
        """
        places = {r: place_of(r) for r in records if not id_of(r) or is_replay(r)}
        news = self._remember(list(places.values()), list(places))
        passing = [record for record in records if places.get(record) in (news | {None})]
        return passing, places

    def forget(self, names: Sequence[str]) -> None:
        """Forget names that nothing will ask for again."""
        self._cursor.execute(_FORGET, [self._consumer, names])

    def prune(self, days: float, limit: int) -> int:
        """Forget at most ``limit`` of what is older than ``days``; return how many."""
        self._cursor.execute(_PRUNE, [self._consumer, days, limit])
        return int(self._cursor.rowcount)

    def _remember(self, names: list[str], records: list[Record]) -> set[str | None]:
        if not names:
            return set()
        offsets = [record.offset for record in records]
        self._cursor.execute(_REMEMBER, [self._consumer, names, offsets])
        return {name for (name,) in self._cursor.fetchall()}

    def _brought_first_by(
        self, known: list[Record], names: dict[Record, str], is_replay: Replays
    ) -> set[Record]:
        """Give those read again that brought their events; others were second deliveries then."""
        again = [record for record in known if is_replay(record)]
        if not again:
            return set()
        self._cursor.execute(_FIRST_AT, [self._consumer, [names[record] for record in again]])
        first = dict(self._cursor.fetchall())
        return {record for record in again if first[names[record]] == record.offset}


def id_of(record: Record) -> str:
    """Give the event's id; one that fits no column is told by its hash, a row has none."""
    raw = record.header("ce_id") or b""
    name = raw.decode(errors="replace")
    is_plain = name.isprintable() and "�" not in name and len(name) <= _LONGEST_ID
    return name if is_plain else sha256(raw).hexdigest()


def place_of(record: Record) -> str:
    """Give a row's place; with its time, as a topic that is made anew counts from 0 again."""
    return f"{record.topic}/{record.partition}/{record.offset}@{record.timestamp}"
