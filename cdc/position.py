"""How far the log is, and how far Debezium has confirmed it.

Enters: a connection of the monolith. Leaves: log positions as numbers, written as
PostgreSQL writes them. A row carries no position, so who compares rows covers what is committed
when they begin, and can say up to which position that is.
"""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

_HERE = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
_SLOTS = """
SELECT slot_name, pg_wal_lsn_diff(confirmed_flush_lsn, '0/0')::bigint
FROM pg_replication_slots WHERE slot_name = ANY(%s)
"""


def current(connection: BaseDatabaseWrapper) -> int:
    """Return a position behind everything that a query so far could see.

    The insert position, as a commit may be visible before it is written out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HERE)
        ((here,),) = cursor.fetchall()
    return int(here)


def slots_before(connection: BaseDatabaseWrapper, lsn: int, names: Iterable[str]) -> list[str]:
    """Return in words which slots have not confirmed ``lsn`` yet, or are not there."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS, [list(names)])
        confirmed = dict(cursor.fetchall())
    return [_told(name, confirmed.get(name)) for name in names if (confirmed.get(name) or 0) < lsn]


def _told(name: str, confirmed: int | None) -> str:
    where = "does not exist" if confirmed is None else f"stands at {written(confirmed)}"
    return f"the slot {name} {where}"


def written(lsn: int) -> str:
    """Write a position as PostgreSQL does."""
    return f"{lsn >> 32:X}/{lsn & 0xFFFFFFFF:X}"


def read(text: str) -> int:
    """Read a position; raises ``ValueError``."""
    high, _, low = text.partition("/")
    return int(high, 16) << 32 | int(low, 16)
