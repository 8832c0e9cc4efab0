"""Whether the slots move, the one proof that the connectors work.

Enters: a connection of the monolith, and patience. Leaves: findings. A connector's state and its
heartbeat's records say that a thread lives; what it has confirmed says that the log was read.
"""

import time
from collections.abc import Callable, Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from cdc import position
from cdc.connect.connectors import OUTBOX_PUBLICATION, TABLES_PUBLICATION
from cdc.doctor.finding import Finding

_READ = "SELECT slot_name FROM pg_replication_slots WHERE active AND slot_name = ANY(%s)"
_PAUSE_S = 0.3


def examine_movement(
    connection: BaseDatabaseWrapper,
    patience_s: float,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Finding]:
    """Yield each slot that is read and yet does not reach the log's present end in time.

    Blocks for ``patience_s`` at most; heartbeats move a slot that is well within about 10 s.
    """
    with connection.cursor() as cursor:
        cursor.execute(_READ, [[OUTBOX_PUBLICATION, TABLES_PUBLICATION]])
        names = sorted(name for (name,) in cursor.fetchall())
    end, deadline = position.current(connection), clock() + patience_s
    while late := position.slots_before(connection, end, names):
        if clock() > deadline:
            break
        time.sleep(_PAUSE_S)
    for told in late:
        yield Finding(
            "slot movement",
            f"{told}, and did not reach {position.written(end)} within {patience_s:g} s",
            "its connector is busy with a backlog, or says RUNNING and does nothing",
            "look again; if it still stands there, manage.py connectors restart",
        )
