"""Drop a slot, and wait for a new one, as the role that may.

Enters: where the database is. Leaves: slots. The monolith's own role has no replication
rights, so this speaks as Debezium's.
"""

import time

import psycopg

from cdc.connect.connectors import Source
from cdc.guard.errors import SlotInUse, SlotMissing

_DROP = """
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s
"""
_IS_READ = "SELECT coalesce(bool_or(active), false) FROM pg_replication_slots WHERE slot_name = %s"


def drop(source: Source, slot: str, timeout_s: float = 30) -> None:
    """Drop the slot if it is there, as soon as nobody reads it. Raises ``SlotInUse``."""
    with _connect(source) as connection:
        _let_go(connection, slot, timeout_s)
        connection.execute(_DROP, [slot])


def wait_until_free(source: Source, slot: str, timeout_s: float = 30) -> None:
    """Return when nobody reads the slot. Raises ``SlotInUse``."""
    with _connect(source) as connection:
        _let_go(connection, slot, timeout_s)


def wait_until_read(source: Source, slot: str, timeout_s: float = 60) -> None:
    """Return when the slot is there and read. Raises ``SlotMissing``."""
    with _connect(source) as connection:
        if not _wait(connection, slot, is_read=True, timeout_s=timeout_s):
            raise SlotMissing(f"Nobody reads a slot {slot}: manage.py connectors status")


def _let_go(connection: psycopg.Connection, slot: str, timeout_s: float) -> None:
    if not _wait(connection, slot, is_read=False, timeout_s=timeout_s):
        raise SlotInUse(f"The slot {slot} is still read; stop its connector first.")


def _wait(connection: psycopg.Connection, slot: str, *, is_read: bool, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while connection.execute(_IS_READ, [slot]).fetchone() != (is_read,):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _connect(source: Source) -> psycopg.Connection:
    return psycopg.connect(
        host=source.host,
        port=source.port,
        dbname=source.database,
        user=source.user,
        password=source.password,
        connect_timeout=5,
        autocommit=True,
    )
