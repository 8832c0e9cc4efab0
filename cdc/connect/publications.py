"""What PostgreSQL offers to Debezium: publications, and column-wise read rights.

Enters: the declared tables. Leaves: SQL that may be run any number of times by the tables'
owner. The replication role gets SELECT on the published columns only, so that a mistake in
a connector's configuration fails instead of leaking.
"""

from collections.abc import Iterator

from psycopg import sql

from cdc.connect.connectors import (
    OUTBOX_PUBLICATION,
    OUTBOX_TABLE,
    SIGNAL_TABLE,
    TABLES_PUBLICATION,
)
from cdc.contracts.tables import CAPTURED, CapturedTable

# An outbox row is inserted once; its later removal is housekeeping and no event.
_OUTBOX_OPTIONS = sql.SQL("publish = 'insert', publish_via_partition_root = true")


def statements(role: str, existing: set[str]) -> Iterator[sql.Composed]:
    """Yield the statements that bring the database to the declared state.

    ``existing`` names the publications that are already there: those are altered, as
    PostgreSQL has no "create or replace" for them.
    """
    reader = sql.Identifier(role)
    yield _publication(OUTBOX_PUBLICATION, existing, sql.Identifier(OUTBOX_TABLE), _OUTBOX_OPTIONS)
    yield sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(OUTBOX_TABLE), reader)
    signals = sql.Identifier(SIGNAL_TABLE)
    tables = sql.SQL(", ").join([*map(_table_with_columns, CAPTURED), signals])
    yield _publication(TABLES_PUBLICATION, existing, tables, None)
    # Where a chunk of a snapshot begins and ends, Debezium itself writes into the log.
    yield sql.SQL("GRANT SELECT, INSERT, DELETE ON {} TO {}").format(signals, reader)
    for table in CAPTURED:
        yield sql.SQL("REVOKE ALL ON {} FROM {}").format(sql.Identifier(table.name), reader)
        yield sql.SQL("GRANT SELECT {} ON {} TO {}").format(
            _columns(table), sql.Identifier(table.name), reader
        )


def _publication(
    name: str, existing: set[str], tables: sql.Composable, options: sql.SQL | None
) -> sql.Composed:
    verb = (
        "ALTER PUBLICATION {} SET TABLE {}"
        if name in existing
        else ("CREATE PUBLICATION {} FOR TABLE {}")
    )
    statement = sql.SQL(verb).format(sql.Identifier(name), tables)
    if options is None or name in existing:
        return statement
    return statement + sql.SQL(" WITH (") + options + sql.SQL(")")


def _table_with_columns(table: CapturedTable) -> sql.Composed:
    return sql.Identifier(table.name) + sql.SQL(" ") + _columns(table)


def _columns(table: CapturedTable) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL("({})").format(names)
