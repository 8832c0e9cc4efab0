"""A read model in PostgreSQL beside the live one: tables, inbox, offsets and what is parked.

In another schema. Enters: records, by the consumer's own handlers, whose queries name no schema
and so find the new tables. Leaves: the tables of the handlers' app in the live ones' place, by
one transaction; those before are kept in a schema of their own. Who reads or consumes needs no
new connection for it.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import Error, OperationalError, connection, transaction

from consumers.runtime.consumer import Consumer
from consumers.runtime.errors import Refused, StoreAway
from consumers.runtime.loop.routing import HandlerFailed
from consumers.runtime.loop.units import ends
from consumers.runtime.models import InboxEntry, ParkedRecord, PartitionOwner
from consumers.runtime.parking.database import DatabaseLot, all_parked
from consumers.runtime.parking.port import Parked, Place
from consumers.runtime.rebuilding.keys import Keys
from consumers.runtime.rebuilding.port import RebuildRefused
from consumers.runtime.rebuilding.tables import Tables, exists
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.database import DatabaseStore

log = logging.getLogger(__name__)

# They go with the read model: what is applied, what is not, and how far.
_RUNTIME = tuple(each._meta.db_table for each in (PartitionOwner, InboxEntry, ParkedRecord))
_LOOK_SECONDS = 0.2
# Who waits for a table makes others wait behind it; less than it takes to look for deadlocks.
_IMPATIENTLY = "SET LOCAL lock_timeout = '900ms'"
_ATTEMPTS = 5
_OFFSETS = """
SELECT topic, partition, next_offset FROM {}.runtime_partition
WHERE consumer = %s AND next_offset IS NOT NULL
"""
# A consumer that stands where the new tables do, with the same handlers, notices nothing.
_CARRY_OVER = """
UPDATE {}.runtime_partition AS new
SET epoch = live.epoch + CASE WHEN new.version = live.version
        AND new.next_offset IS NOT DISTINCT FROM live.next_offset THEN 0 ELSE 1 END,
    replay_until = live.replay_until
FROM {}.runtime_partition AS live WHERE (new.consumer, new.topic, new.partition)
= (live.consumer, live.topic, live.partition)
"""
# Of topics that are read no longer; of the new version, as nothing of them is in the new tables.
_CARRY_REST = """
INSERT INTO {}.runtime_partition
    (consumer, topic, partition, next_offset, epoch, replay_until, version)
SELECT consumer, topic, partition, next_offset, epoch + 1, replay_until, %s
FROM {}.runtime_partition ON CONFLICT DO NOTHING
"""
_COLUMNS = [f'"{each.column}"' for each in ParkedRecord._meta.fields if not each.primary_key]
# As the live ones know it; what these have applied is let go, and what only they have not is put
# there, by whoever compares the two.
_CARRY_PARKED = f"""
INSERT INTO {{}}.runtime_parked ({", ".join(_COLUMNS)})
SELECT {", ".join(_COLUMNS)} FROM {{}}.runtime_parked
"""
# A process that does not know yet that a key is held would let a later record of it pass.
_FENCE_WHO_DOES_NOT_KNOW = """
UPDATE {}.runtime_partition AS own SET epoch = epoch + 1 WHERE EXISTS (
    SELECT consumer, topic, partition, "offset" FROM {}.runtime_parked AS new
    WHERE (new.consumer, new.topic, new.partition) = (own.consumer, own.topic, own.partition)
    EXCEPT SELECT consumer, topic, partition, "offset" FROM {}.runtime_parked)
"""


class DatabaseSuccessor:
    """The tables that may become the live ones of ``consumer``."""

    def __init__(self, consumer: str, version: int, tables: Tables, *, back: bool) -> None:
        self._consumer = consumer
        self._version = version
        self._tables = tables
        self._kept = f"{consumer}_previous"
        self.schema = self._kept if back else f"{consumer}_next"
        schemas = (self.schema, tables.live)
        self._store = DatabaseStore(consumer, version=version, schemas=schemas)
        self._owned: set[Partition] = set()

    @property
    def read_model(self) -> "DatabaseSuccessor":
        return self

    def resume_from(self) -> Mapping[Partition, int]:
        return self._offsets(self.schema)

    def parked(self) -> list[Parked]:
        """Give what is passed and not applied in these tables."""
        with transaction.atomic(), connection.cursor() as cursor:
            self._look_here(cursor)
            return all_parked(self._consumer)

    def park(self, *parked: Parked) -> None:
        """Keep what is not applied: a way back that is given up has passed it all the same."""
        with transaction.atomic(), connection.cursor() as cursor:
            self._look_here(cursor)
            DatabaseLot(self._consumer).put(*parked)

    def move_parked(self) -> set[Place]:
        """Bring here what the live ones have parked; give the places of what was parked here.

        Called inside a standstill.
        """
        here = {each.place for each in all_parked(self._consumer)}
        ParkedRecord.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(_CARRY_PARKED.format(_quoted(self.schema), _quoted(self._tables.live)))
        return here

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        self._own(offsets)
        with self._store.unit(dict(offsets)):
            return

    def caught_up(self) -> None:
        return

    @contextmanager
    def unit(self, records: Sequence[Record]) -> Iterator[Sequence[Record]]:
        """Open a unit, and give those of ``records`` that are news in it."""
        self._own(record.source for record in records)
        try:
            with self._store.unit(ends(records)) as unit:
                yield unit.fresh(records)
        except Refused as error:
            raise HandlerFailed(None, error) from error

    @contextmanager
    def standstill(self) -> Iterator[Mapping[Partition, int]]:
        self._let_live_come()
        live = _quoted(self._tables.live)
        with transaction.atomic(), connection.cursor() as cursor:
            # Every unit of the consumer begins by writing in the first, a person in the second.
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            for name in ("partition", "parked"):
                cursor.execute(f"LOCK TABLE {live}.runtime_{name} IN EXCLUSIVE MODE")
            self._look_here(cursor)
            yield self._offsets(self._tables.live)
            cursor.execute(_FENCE_WHO_DOES_NOT_KNOW.format(live, live, _quoted(self._kept)))

    def look_at_live(self) -> Callable[[], Sequence[str]]:
        keys = [
            Keys(name, self._tables.live) for name in self._tables.names if name not in _RUNTIME
        ]
        with connection.cursor() as cursor:
            for each in keys:
                each.note(cursor)

        def losses() -> list[str]:
            with connection.cursor() as cursor:
                return [loss for each in keys for loss in each.losses(cursor, self.schema)]

        return losses

    def swap(self) -> None:
        live, leaving = self._tables.live, f"{self._consumer}_leaving"
        with connection.cursor() as cursor:
            self._lock(cursor)
            if led_here := self._tables.led_here(cursor):
                raise RebuildRefused(f"{', '.join(led_here)} would still lead to the old tables")
            schemas = _quoted(self.schema), _quoted(live)
            cursor.execute(_CARRY_OVER.format(*schemas))
            cursor.execute(_CARRY_REST.format(*schemas), [self._version])
            cursor.execute(f"CREATE SCHEMA {_quoted(leaving)}")
            self._tables.move(cursor, live, leaving)
            self._tables.move(cursor, self.schema, live)
            self._tables.drop(cursor, self._kept)
            cursor.execute(f"DROP SCHEMA IF EXISTS {_quoted(self.schema)}")
            cursor.execute(f"ALTER SCHEMA {_quoted(leaving)} RENAME TO {_quoted(self._kept)}")

    def _lock(self, cursor: Any) -> None:
        for _ in range(_ATTEMPTS):
            try:
                with transaction.atomic():
                    cursor.execute(_IMPATIENTLY)
                    self._tables.lock(cursor)
                return
            except OperationalError as error:
                reason = str(error).partition("\n")[0]
                log.warning("swap_waits consumer=%s error=%s", self._consumer, reason)
        raise RebuildRefused("somebody reads the live tables without end; try again later")

    def _let_live_come(self) -> None:
        """Wait until the live one is where this one is, or does not move."""
        seen: Mapping[Partition, int] | None = None
        while (live := self._offsets(self._tables.live)) != seen:
            own = self._offsets(self.schema)
            if all(live.get(part, at) >= at for part, at in own.items()):
                return
            seen = live
            time.sleep(_LOOK_SECONDS)

    def _own(self, partitions: Iterable[Partition]) -> None:
        if new := set(partitions) - self._owned:
            self._store.take(new)
            self._owned |= new

    def _offsets(self, schema: str) -> Mapping[Partition, int]:
        with connection.cursor() as cursor:
            cursor.execute(_OFFSETS.format(_quoted(schema)), [self._consumer])
            return {Partition(topic, number): at for topic, number, at in cursor.fetchall()}

    def _look_here(self, cursor: Any) -> None:
        cursor.execute(
            f"SET LOCAL search_path TO {_quoted(self.schema)}, {_quoted(self._tables.live)}"
        )


@contextmanager
def beside_live(
    consumer: Consumer[Any], names: Sequence[str], *, back: bool
) -> Iterator[DatabaseSuccessor]:
    """Begin tables beside the live ones, or go back to those kept. Raises ``RebuildRefused``."""
    if not names:
        raise RebuildRefused(f"the app of {consumer.name} has no tables")
    if PartitionOwner.objects.exclude(consumer=consumer.name).exists():
        raise RebuildRefused("another consumer keeps its offsets in the same database")
    with connection.cursor() as cursor, _alone(cursor, consumer.name):
        cursor.execute("SELECT current_schema()")
        ((live,),) = cursor.fetchall()
        tables = Tables([*names, *_RUNTIME], live)
        new = DatabaseSuccessor(consumer.name, consumer.version, tables, back=back)
        with transaction.atomic():
            if not back:
                tables.make(cursor, new.schema)
            elif not exists(cursor, new.schema):
                raise RebuildRefused("no earlier tables are kept")
            elif tables.columns(cursor, new.schema) != tables.columns(cursor, live):
                raise RebuildRefused("the earlier tables have other columns: migrate back first")
        yield new


def tables_of(path: str) -> list[str]:
    """Name the tables of the app that holds what ``path`` names."""
    app = apps.get_containing_app_config(path)
    models = app.get_models(include_auto_created=True) if app else ()
    return sorted({each._meta.db_table for each in models if each._meta.managed})


def built_by(consumer: str) -> set[int]:
    """Tell which versions of its handlers have built the live tables; none before the first.

    Raises ``StoreAway``, also while the tables are not made yet.
    """
    rows = PartitionOwner.objects.filter(consumer=consumer, next_offset__isnull=False)
    try:
        return set(rows.order_by().values_list("version", flat=True).distinct())
    except Error as error:
        connection.close_if_unusable_or_obsolete()
        raise StoreAway(str(error).partition("\n")[0]) from error


@contextmanager
def alone(consumer: str) -> Iterator[None]:
    """Keep other processes from rebuilding; what is looked at inside still stands at the swap.

    Raises ``RebuildRefused`` when another one already does. May be entered again inside.
    """
    with connection.cursor() as cursor, _alone(cursor, consumer):
        yield


@contextmanager
def _alone(cursor: Any, consumer: str) -> Iterator[None]:
    name = [f"rebuild {consumer}"]
    cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", name)
    ((is_ours,),) = cursor.fetchall()
    if not is_ours:
        raise RebuildRefused(f"another process already rebuilds {consumer}")
    try:
        yield
    finally:
        # A connection that is gone has let go of it.
        if not connection.needs_rollback and connection.is_usable():
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", name)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
