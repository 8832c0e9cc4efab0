"""How much of the log each slot holds back, and how much it may.

Enters: a connection of the monolith, a budget from the settings. Leaves: `Sample` values.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

# `wal_status` is "lost" once the log behind the slot was removed; restart_lsn is NULL then.
_SLOTS = """
SELECT slot_name, active, coalesce(wal_status, 'lost'),
    coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint
FROM pg_replication_slots WHERE slot_name = ANY(%s)
"""
# Kept in mebibytes; -1 keeps everything for ever.
_LIMIT = "SELECT setting::bigint * 1024 * 1024 FROM pg_settings WHERE name = %s"


@dataclass(frozen=True, slots=True)
class Sample:
    """One slot at one moment, in seconds of the machine's own clock."""

    slot: str
    is_active: bool
    is_lost: bool
    retained: int
    at: float


def take(connection: BaseDatabaseWrapper, names: Sequence[str]) -> dict[str, Sample]:
    """Return a sample of each slot that is there."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS, [list(names)])
        rows = cursor.fetchall()
    now = time.monotonic()
    return {
        name: Sample(name, is_active, status == "lost", retained, now)
        for name, is_active, status, retained in rows
    }


def budget(connection: BaseDatabaseWrapper, declared: int) -> int | None:
    """Return the smaller of ``declared`` (0: none) and the server's own limit; None: endless."""
    with connection.cursor() as cursor:
        cursor.execute(_LIMIT, ["max_slot_wal_keep_size"])
        ((limit,),) = cursor.fetchall()
    return min((bound for bound in (declared, limit) if bound > 0), default=None)
