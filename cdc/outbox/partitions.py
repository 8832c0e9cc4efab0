"""The outbox's days: made ahead, closed when over, dropped when delivered and old enough.

Enters: a connection of the table's owner, and what day it is. Leaves: partitions of
`outbox_event`, and sentences that say what was done or why something stays. A day is dropped
only when the connector has confirmed a log position after the day's last commit; without a
connector nothing is ever dropped. `pg_partman` does the first half of this, but it is no part
of PostgreSQL and knows nothing of delivery.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cdc.outbox.models import ClosedDay

TABLE = "outbox_event"
_DEFAULT = f"{TABLE}_default"
_DAY = timedelta(days=1)
# Who waits for a lock makes every later writer wait behind it: better to try again tomorrow.
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '2s'"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many days are made ahead, how many are kept, and the slot whose reader confirms."""

    slot: str
    ahead: int = 14
    keep: int = 90


def maintain(connection: BaseDatabaseWrapper, today: date, keeping: Keeping) -> Iterator[str]:
    """Do what is due; running it again changes nothing. Yields a sentence for each deed."""
    yield from _make(connection, [today + n * _DAY for n in range(keeping.ahead + 1)])
    # Clocks differ and a transaction may outlive midnight: a day is over a day after its end.
    yield from _close(connection, today - _DAY)
    yield from _drop(connection, today - keeping.keep * _DAY, keeping.slot)


def name_of(day: date) -> str:
    """Return the name of the day's partition."""
    return f"{TABLE}_{day:%Y%m%d}"


def _make(connection: BaseDatabaseWrapper, days: list[date]) -> Iterator[str]:
    existing = _partitions(connection)
    taken = _days_in_default(connection)
    for day in days:
        if name_of(day) in existing:
            continue
        if day in taken:
            # Moving them would insert, and so publish, them again.
            yield f"{day} stays in {_DEFAULT}, which holds events of it already"
            continue
        bounds = f"FROM ('{_start(day)}') TO ('{_start(day + _DAY)}')"
        statement = f"CREATE TABLE {name_of(day)} PARTITION OF {TABLE} FOR VALUES {bounds}"
        yield _locked(connection, [statement], f"made {name_of(day)}")


def _close(connection: BaseDatabaseWrapper, before: date) -> Iterator[str]:
    closed = set(ClosedDay.objects.values_list("day", flat=True))
    over = {day for day in _days(connection) if day < before} - closed
    for day in sorted(over):
        if _is_somebody_writing_since(connection, day + _DAY):
            yield f"{day} stays open: a transaction from before its end is still running"
            continue
        # The insert position: a commit may be visible before it is written out.
        here = _one(connection, "SELECT pg_current_wal_insert_lsn()::text")
        ClosedDay.objects.create(day=day, lsn=here)
        yield f"closed {day}"


def _drop(connection: BaseDatabaseWrapper, before: date, slot: str) -> Iterator[str]:
    for closed in ClosedDay.objects.filter(day__lt=before).order_by("day"):
        if not _is_delivered(connection, closed.lsn, slot):
            yield f"{closed.day} stays: the slot {slot} has not confirmed {closed.lsn}"
            continue
        statements = [
            f"DROP TABLE IF EXISTS {name_of(closed.day)}",
            # The publication knows inserts only, so this is no event.
            f"DELETE FROM {_DEFAULT} WHERE occurred_at >= '{_start(closed.day)}'"
            f" AND occurred_at < '{_start(closed.day + _DAY)}'",
            f"DELETE FROM {ClosedDay._meta.db_table} WHERE day = '{closed.day}'",
        ]
        yield _locked(connection, statements, f"dropped {closed.day}")


def _locked(connection: BaseDatabaseWrapper, statements: list[str], done: str) -> str:
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(_LOCK_TIMEOUT)
            for statement in statements:
                cursor.execute(statement)
    except OperationalError as error:
        return f"not {done}, will be tried again: {str(error).strip()}"
    return done


def _partitions(connection: BaseDatabaseWrapper) -> set[str]:
    query = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass"
    return {name for (name,) in _rows(connection, query, TABLE)}


def _days(connection: BaseDatabaseWrapper) -> set[date]:
    named = (name.removeprefix(f"{TABLE}_") for name in _partitions(connection) - {_DEFAULT})
    return {_parsed(digits) for digits in named} | _days_in_default(connection)


def _parsed(digits: str) -> date:
    return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=UTC).date()


def _days_in_default(connection: BaseDatabaseWrapper) -> set[date]:
    query = f"SELECT DISTINCT (occurred_at AT TIME ZONE 'UTC')::date FROM {_DEFAULT}"
    return {day for (day,) in _rows(connection, query)}


def _is_somebody_writing_since(connection: BaseDatabaseWrapper, end: date) -> bool:
    query = """
        SELECT EXISTS (
            SELECT FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend'
            AND xact_start < %s AND pid <> pg_backend_pid()
        ) OR EXISTS (
            SELECT FROM pg_prepared_xacts WHERE database = current_database() AND prepared < %s
        )
    """
    return bool(_one(connection, query, _start(end), _start(end)))


def _is_delivered(connection: BaseDatabaseWrapper, lsn: str, slot: str) -> bool:
    query = (
        "SELECT confirmed_flush_lsn >= %s::pg_lsn FROM pg_replication_slots WHERE slot_name = %s"
    )
    return any(confirmed for (confirmed,) in _rows(connection, query, lsn, slot))


def _start(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat()


def _one(connection: BaseDatabaseWrapper, query: str, *parameters: str) -> Any:
    return _rows(connection, query, *parameters)[0][0]


def _rows(connection: BaseDatabaseWrapper, query: str, *parameters: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
