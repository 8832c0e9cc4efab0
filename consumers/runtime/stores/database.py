"""The store in PostgreSQL: inbox, read model and offset in one transaction, under an epoch.

Enters: units of work whose handlers write by Django's models on the same connection. Leaves:
commits that hold the effects of a batch, the ids that it applied and the offsets behind it, or
none of them. A process that lost its partition, say because it was paused, cannot commit: the
next owner has raised the partition's epoch.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from consumers.runtime.errors import Fenced, StopConsumer, StoreAway
from consumers.runtime.records import Partition, Record

_TAKE = """
INSERT INTO runtime_partition AS known (consumer, topic, partition, epoch, replay_until)
VALUES (%s, %s, %s, 1, 0)
ON CONFLICT (consumer, topic, partition) DO UPDATE SET epoch = known.epoch + 1
RETURNING next_offset, epoch
"""
# A transaction that sleeps, as in a paused process, is ended by the server, and its locks with it.
_IMPATIENCE = "SET idle_in_transaction_session_timeout = '30s'"
_MOVE = """
UPDATE runtime_partition SET next_offset = coalesce(moved.at, next_offset)
FROM unnest(%s::text[], %s::int[], %s::bigint[], %s::bigint[]) AS moved (topic, number, at, epoch)
WHERE consumer = %s AND runtime_partition.topic = moved.topic
AND partition = moved.number AND runtime_partition.epoch = moved.epoch
"""
_REMEMBER = """
INSERT INTO runtime_inbox (consumer, message_id)
SELECT %s, id FROM unnest(%s::text[]) AS id ON CONFLICT DO NOTHING RETURNING message_id
"""


class DatabaseStore:
    """The effects of ``consumer`` in the database ``alias``."""

    is_atomic = True
    unsettled = 0

    def __init__(self, consumer: str, alias: str = DEFAULT_DB_ALIAS) -> None:
        self._consumer = consumer
        self._alias = alias
        self._epochs: dict[Partition, int] = {}
        self._impatient: Any = None
        self._settled: dict[Partition, int] = {}

    def take(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        starts: dict[Partition, int] = {}
        with self._away(), self._transaction(), self._cursor() as cursor:
            # Always in one order, so that two that take the same ones never wait for each other.
            for partition in sorted(partitions):
                cursor.execute(_TAKE, [self._consumer, *partition])
                ((offset, self._epochs[partition]),) = cursor.fetchall()
                if offset is not None:
                    starts[partition] = offset
        return starts

    def release(self, partitions: Iterable[Partition], *, lost: bool) -> Mapping[Partition, int]:
        for partition in partitions:
            self._epochs.pop(partition, None)
        return {} if lost else self.settle(idle=True)

    @contextmanager
    def unit(self, moved: Mapping[Partition, int | None]) -> Iterator["_Transaction"]:
        with self._away(), self._transaction():
            with self._cursor() as cursor:
                self._make_impatient(cursor)
                # First, as it locks the partitions: from here on nobody else takes them.
                self._move(cursor, moved)
            work = _Transaction(self._consumer, self._alias)
            yield work
            for step in work.steps:
                step()
        self._settled |= {part: at for part, at in moved.items() if at is not None}

    def settle(self, *, idle: bool) -> Mapping[Partition, int]:
        settled, self._settled = self._settled, {}
        return settled

    def caught_up(self) -> None:
        return

    def _move(self, cursor: Any, moved: Mapping[Partition, int | None]) -> None:
        topics, numbers, offsets, epochs = [], [], [], []
        for partition, offset in moved.items():
            topics.append(partition.topic)
            numbers.append(partition.number)
            offsets.append(offset)
            epochs.append(self._epochs.get(partition, 0))
        cursor.execute(_MOVE, [topics, numbers, offsets, epochs, self._consumer])
        if cursor.rowcount != len(moved):
            raise Fenced(f"another process owns some of {', '.join(map(str, moved))} by now")

    def _make_impatient(self, cursor: Any) -> None:
        # Once for each connection, as each thread and each return of the server has its own.
        if self._impatient is not connections[self._alias].connection:
            cursor.execute(_IMPATIENCE)
            self._impatient = connections[self._alias].connection

    @contextmanager
    def _away(self) -> Iterator[None]:
        try:
            yield
        except (StopConsumer, StoreAway):
            raise
        except Exception as error:
            # A deadlock or a broken rule is a record's own failure; a connection that is gone is
            # nobody's, whoever was told of it.
            connection = connections[self._alias]
            if connection.connection is not None and connection.is_usable():
                raise
            connection.close()
            raise StoreAway(str(error).partition("\n")[0]) from error

    def _transaction(self) -> Any:
        return transaction.atomic(using=self._alias)

    def _cursor(self) -> Any:
        return connections[self._alias].cursor()


class _Transaction:
    """One open transaction."""

    def __init__(self, consumer: str, alias: str) -> None:
        self._consumer = consumer
        self._alias = alias
        self.steps: list[Callable[[], None]] = []

    def fresh(self, records: Sequence[Record]) -> Sequence[Record]:
        """Give those that the inbox does not know; rows have no id and are told by their offset."""
        ids = [_id(record) for record in records]
        named = [each for each in ids if each]
        if not named:
            return records
        with connections[self._alias].cursor() as cursor:
            cursor.execute(_REMEMBER, [self._consumer, named])
            news = {each for (each,) in cursor.fetchall()}
        fresh = []
        for record, message_id in zip(records, ids, strict=True):
            if not message_id or message_id in news:
                # The same event twice in one batch is news once.
                news.discard(message_id)
                fresh.append(record)
        return fresh

    def then(self, step: Callable[[], None]) -> None:
        self.steps.append(step)


def _id(record: Record) -> str:
    return (record.header("ce_id") or b"").decode(errors="replace").replace("\0", "")[:200]
