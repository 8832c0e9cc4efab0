"""What published tables and the outbox are like: keys, replica identity, days, autovacuum.

Enters: a connection of the tables' owner. Leaves: findings. The captured tables' own columns
are `database`'s to look at; here is what may be wrong with any table that is published.
"""

from collections.abc import Iterator

from cdc.connect.connectors import OUTBOX_TABLE
from cdc.contracts.tables import CAPTURED
from cdc.doctor.asker import Asker
from cdc.doctor.finding import Finding


def examine_storage(ask: Asker) -> Iterator[Finding]:
    """Yield what is wrong with tables that are published, and with the outbox."""
    yield from _identities(ask)
    yield from _keyless(ask)
    yield from _days(ask)
    yield from _autovacuum(ask)


_IDENTITY = """
SELECT relname, relreplident FROM pg_class
WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace AND relreplident IN ('f', 'i')
"""


def _identities(ask: Asker) -> Iterator[Finding]:
    for name, identity in ask.rows(_IDENTITY, [table.name for table in CAPTURED]):
        yield Finding(
            "replica identity",
            f"{name} has replica identity {'FULL' if identity == 'f' else 'by an index'}",
            "every update writes the whole old row to the log"
            if identity == "f"
            else "records are keyed by the index's columns, and no more by the primary key",
            f"ALTER TABLE {name} REPLICA IDENTITY DEFAULT",
        )


_KEYLESS = """
SELECT DISTINCT c.oid::regclass::text, p.pubname FROM pg_publication_tables t
JOIN pg_publication p USING (pubname)
JOIN pg_namespace n ON n.nspname = t.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.tablename
WHERE (p.pubupdate OR p.pubdelete) AND c.relreplident = 'd' AND NOT t.tablename = ANY(%s)
AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
ORDER BY 1, 2
"""


def _keyless(ask: Asker) -> Iterator[Finding]:
    for table, publication in ask.rows(_KEYLESS, [table.name for table in CAPTURED]):
        yield Finding(
            "no primary key",
            f"{table} has no primary key and is published by {publication}",
            "PostgreSQL refuses UPDATE and DELETE on it while it is published",
            f"give it a primary key, or ALTER PUBLICATION {publication} DROP TABLE {table}",
        )


def _days(ask: Asker) -> Iterator[Finding]:
    default = f"{OUTBOX_TABLE}_default"
    ((exists,),) = ask.rows("SELECT to_regclass(%s) IS NOT NULL", default)
    if exists and ask.rows(f"SELECT FROM {default} LIMIT 1"):
        yield Finding(
            "outbox days",
            f"{default} holds events: their day had no partition of its own",
            "such days are deleted row by row, and leave dead rows instead of a dropped table",
            "run manage.py outbox maintain every day; these rows go when they are old enough",
        )


_VACUUM = """
SELECT c.relname FROM pg_class c
WHERE 'autovacuum_enabled=false' = ANY(c.reloptions) AND (
    c.oid = to_regclass(%s)
    OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass(%s))
) ORDER BY 1
"""


def _autovacuum(ask: Asker) -> Iterator[Finding]:
    off = [name for (name,) in ask.rows(_VACUUM, OUTBOX_TABLE, OUTBOX_TABLE)]
    ((is_on,),) = ask.rows("SELECT current_setting('autovacuum')::bool")
    for name in off if is_on else ["the whole server"]:
        yield Finding(
            "autovacuum",
            f"autovacuum is off for {name}",
            "events are never frozen, until a vacuum against wraparound comes at its own time",
            f"ALTER TABLE {name} RESET (autovacuum_enabled)"
            if is_on
            else "ALTER SYSTEM SET autovacuum = on, SELECT pg_reload_conf()",
        )
