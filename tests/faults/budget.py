"""More of the log than PostgreSQL may keep for a slot: hours without Connect, in seconds.

Enters: a running stack. Leaves: both slots lost, Connect back at work, and the server's own
budget as it was. What was committed in the gap is in no log any more; the one remedy is a new
beginning.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import psycopg

from cdc.connect.connectors import OUTBOX_PUBLICATION, TABLES_PUBLICATION
from tests.running_stack import Stack

# Segments of 16 MiB each, mostly empty: the budget counts positions, and the disk is spared.
_BUDGET = "32MB"
_SEGMENTS = 8
_WRITE = "SELECT pg_logical_emit_message(false, 'banyan.test', 'x'), pg_switch_wal()"
_LOST = (
    "SELECT count(*) FROM pg_replication_slots WHERE slot_name = ANY(%s) AND wal_status = 'lost'"
)
_SLOTS = [OUTBOX_PUBLICATION, TABLES_PUBLICATION]


@contextmanager
def connect_stands(stack: Stack) -> Iterator[None]:
    """Let the Connect worker read nothing for the time of the block."""
    family = stack.family("connect")
    for process in family:
        process.suspend()
    try:
        yield
    finally:
        for process in family:
            process.resume()


def exceed_budget(stack: Stack) -> None:
    """Write until both slots are lost, which needs that nobody reads them."""
    with psycopg.connect(stack.superuser(), autocommit=True) as server:
        server.execute(f"ALTER SYSTEM SET max_slot_wal_keep_size = '{_BUDGET}'")
        try:
            server.execute("SELECT pg_reload_conf()")
            # The server takes a moment to read its new settings.
            stack.wait_until(lambda: _are_lost(server))
        finally:
            server.execute("ALTER SYSTEM RESET max_slot_wal_keep_size")
            server.execute("SELECT pg_reload_conf()")


def lose_and_renew(stack: Stack, chance: Random) -> None:
    """Lose both slots while people work, let the guard tell, and do what it says."""
    with connect_stands(stack):
        time.sleep(chance.uniform(1, 5))
        exceed_budget(stack)
    looked = stack.try_manage("cdc", "guard")
    assert looked.stdout.count("lost, its log was removed: manage.py cdc rebootstrap") == 2, looked
    stack.manage("cdc", "rebootstrap", "--wait", "120")


def write_segments(server: psycopg.Connection, count: int = _SEGMENTS) -> None:
    """Move the log on by so many segments."""
    for _ in range(count):
        server.execute(_WRITE)


def _are_lost(server: psycopg.Connection) -> bool:
    write_segments(server)
    server.execute("CHECKPOINT")
    return server.execute(_LOST, [_SLOTS]).fetchone() == (len(_SLOTS),)
