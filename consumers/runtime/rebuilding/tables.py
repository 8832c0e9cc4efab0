"""The tables of a read model in PostgreSQL: made anew in a schema of their own, and moved.

Enters: names of tables, and a cursor with an open transaction. Leaves: empty tables that are
declared like the live ones, or tables in another schema. A query that names no schema finds the
new ones from the moment of the commit, and a query that has begun ends on the old ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

# Declared like the live ones, names of indexes and constraints included, as later migrations ask
# for them by name. Foreign keys come last, and lead to the new tables where there are such.
_DECLARED = """
WITH live AS (SELECT name, to_regclass(format('%%I.%%I', %s::text, name)) AS oid
              FROM unnest(%s::text[]) AS name)
SELECT 1, format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', name, conname,
                 pg_get_constraintdef(c.oid, true)), contype = 'f'
FROM live JOIN pg_constraint c ON conrelid = live.oid WHERE contype IN ('p', 'u', 'x', 'f')
UNION ALL
SELECT 2, pg_get_indexdef(indexrelid, 0, true), false
FROM live JOIN pg_index ON indrelid = live.oid
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
UNION ALL
SELECT 3, pg_get_triggerdef(t.oid, true), false
FROM live JOIN pg_trigger t ON tgrelid = live.oid WHERE NOT tgisinternal
ORDER BY 3, 1, 2
"""
# Views, and foreign keys of tables that stay, would go with the old ones.
_LED_HERE = """
WITH live AS (SELECT to_regclass(format('%%I.%%I', %s::text, name)) AS oid
              FROM unnest(%s::text[]) AS name)
SELECT conrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND confrelid IN (SELECT oid FROM live)
AND conrelid NOT IN (SELECT oid FROM live)
UNION SELECT ev_class::regclass::text FROM pg_depend JOIN pg_rewrite r ON r.oid = objid
WHERE classid = 'pg_rewrite'::regclass AND refobjid IN (SELECT oid FROM live)
AND ev_class NOT IN (SELECT oid FROM live)
"""
_COLUMNS = """
SELECT table_name::text, column_name::text, data_type::text, is_nullable::text
FROM information_schema.columns WHERE table_schema = %s AND table_name = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables that go together, and the schema in which they are live."""

    names: Sequence[str]
    live: str

    def led_here(self, cursor: Any) -> list[str]:
        """Name what leads to the live ones from outside, and would not follow."""
        cursor.execute(_LED_HERE, [self.live, list(self.names)])
        return [name for (name,) in cursor.fetchall()]

    def columns(self, cursor: Any, schema: str) -> set[tuple[str, ...]]:
        """Tell how the tables in ``schema`` are declared, so that two can be compared."""
        cursor.execute(_COLUMNS, [schema, list(self.names)])
        return set(cursor.fetchall())

    def make(self, cursor: Any, schema: str) -> None:
        """Make empty ones in ``schema``, which is made anew."""
        self.drop(cursor, schema)
        cursor.execute(_with("CREATE SCHEMA {}", schema))
        cursor.execute(_with("SET LOCAL search_path TO {}", self.live))
        cursor.execute(_DECLARED, [self.live, list(self.names)])
        declared = [statement for _, statement, _ in cursor.fetchall()]
        for name in self.names:
            cursor.execute(
                _with(
                    "CREATE TABLE {}.{} (LIKE {}.{} INCLUDING ALL EXCLUDING INDEXES)",
                    *(schema, name, self.live, name),
                )
            )
        cursor.execute(_with("SET LOCAL search_path TO {}, {}", schema, self.live))
        for statement in declared:
            cursor.execute(statement)

    def move(self, cursor: Any, source: str, target: str) -> None:
        """Move all from one schema to another."""
        for name in self.names:
            cursor.execute(_with("ALTER TABLE {}.{} SET SCHEMA {}", source, name, target))

    def drop(self, cursor: Any, schema: str) -> None:
        """Drop those in ``schema``, and it; nothing else goes with them."""
        for name in _in_schema(cursor, schema, self.names):
            # Which of them refers to which does not matter any more.
            for constraint in _foreign_keys(cursor, schema, name):
                cursor.execute(
                    _with("ALTER TABLE {}.{} DROP CONSTRAINT {}", schema, name, constraint)
                )
        for name in _in_schema(cursor, schema, self.names):
            cursor.execute(_with("DROP TABLE {}.{}", schema, name))
        cursor.execute(_with("DROP SCHEMA IF EXISTS {}", schema))

    def lock(self, cursor: Any) -> None:
        """Let nobody see the live ones before the end of the transaction."""
        named = sql.SQL(", ").join(sql.Identifier(self.live, name) for name in self.names)
        cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(named))


def exists(cursor: Any, schema: str) -> bool:
    """Tell whether there is such a schema."""
    cursor.execute("SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL", [schema])
    ((found,),) = cursor.fetchall()
    return bool(found)


def _in_schema(cursor: Any, schema: str, names: Sequence[str]) -> Iterator[str]:
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename = ANY(%s)",
        [schema, list(names)],
    )
    yield from [name for (name,) in cursor.fetchall()]


def _foreign_keys(cursor: Any, schema: str, name: str) -> Iterator[str]:
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE contype = 'f'"
        " AND conrelid = to_regclass(format('%%I.%%I', %s::text, %s::text))",
        [schema, name],
    )
    yield from [constraint for (constraint,) in cursor.fetchall()]


def _with(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
