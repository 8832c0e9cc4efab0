"""What the whole PostgreSQL server shows: the log's budget, places for readers, strange slots.

Enters: a connection of the tables' owner. Leaves: findings.
"""

from collections.abc import Iterator

from cdc.connect.connectors import OUTBOX_PUBLICATION, TABLES_PUBLICATION
from cdc.doctor.asker import Asker
from cdc.doctor.finding import Finding


def examine_server(ask: Asker, spare_places: int) -> Iterator[Finding]:
    """Yield what is wrong with the server's settings and slots."""
    yield from _budget(ask)
    yield from _places(ask, spare_places)
    yield from _strange_slots(ask)


def _budget(ask: Asker) -> Iterator[Finding]:
    ((budget,),) = ask.rows("SELECT current_setting('max_slot_wal_keep_size')")
    if budget == "-1":
        yield Finding(
            "log budget",
            "max_slot_wal_keep_size is -1: a slot may hold back the log without end",
            "a connector that stays away fills the disk, and then the site itself stops",
            "ALTER SYSTEM SET max_slot_wal_keep_size = '4GB' (a fifth of the disk), "
            "SELECT pg_reload_conf()",
        )


_PLACES = """
SELECT 'max_replication_slots', count(*), current_setting('max_replication_slots')::int
FROM pg_replication_slots
UNION ALL
SELECT 'max_wal_senders', count(*), current_setting('max_wal_senders')::int
FROM pg_stat_activity WHERE backend_type = 'walsender'
"""


def _places(ask: Asker, spare: int) -> Iterator[Finding]:
    for setting, used, places in ask.rows(_PLACES):
        if places - used < spare:
            yield Finding(
                "places",
                f"{used} of {places} places of {setting} are taken",
                "a connector that comes back, or a standby, finds none and is refused",
                f"drop slots that nobody needs; ALTER SYSTEM SET {setting}, restart PostgreSQL",
            )


_STRANGE = """
SELECT slot_name, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint
FROM pg_replication_slots
WHERE NOT active AND NOT temporary AND NOT slot_name = ANY(%s) ORDER BY slot_name
"""


def _strange_slots(ask: Asker) -> Iterator[Finding]:
    for name, retained in ask.rows(_STRANGE, [OUTBOX_PUBLICATION, TABLES_PUBLICATION]):
        yield Finding(
            "strange slot",
            f"the slot {name} is no connector's, and nobody reads it; "
            f"it holds back {(retained or 0) / 1024**2:,.1f} MiB",
            "PostgreSQL keeps the log for it as for any other",
            f"SELECT pg_drop_replication_slot('{name}'), if nobody will come back for it",
        )
