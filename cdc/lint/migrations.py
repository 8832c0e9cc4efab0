"""Migrations that have not run yet, read as the SQL that they would send.

Enters: a plan of Django's, and a connection. Leaves: findings, the plan's first ones first.
What Django would write is what counts (a field whose `db_column` stays is no rename), so each
migration is collected as `sqlmigrate` does it. Nothing is changed; a way back is not read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from cdc.connect.connectors import OUTBOX_PUBLICATION, OUTBOX_TABLE, TABLES_PUBLICATION
from cdc.contracts.tables import CAPTURED, CapturedTable
from cdc.lint.rules import RULES
from cdc.lint.statements import Deed, deeds

Plan = Sequence[tuple[Migration, bool]]

_PUBLICATIONS = (OUTBOX_PUBLICATION, TABLES_PUBLICATION)
_EVERYBODY = ("every consumer of events",)
# Text stays text to whoever reads it, whatever its largest length.
_TEXT = re.compile(r" TYPE (varchar|text|char|character)$", re.I)
_TEXT_COLUMNS = """
SELECT relname, attname FROM pg_attribute
JOIN pg_class ON pg_class.oid = attrelid JOIN pg_type ON pg_type.oid = atttypid
WHERE attrelid = ANY(%s::regclass[]) AND typcategory = 'S'
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A deed of a migration, whom it concerns, and how to do without."""

    migration: str
    rule: str
    fact: str
    readers: tuple[str, ...]
    why: str
    way_out: str
    is_breaking: bool

    def __str__(self) -> str:
        level = "breaks" if self.is_breaking else "info"
        who = ", ".join(self.readers) or "nobody"
        return (
            f"{level} {self.migration}: {self.rule}: {self.fact}\n"
            f"    read by  {who}\n    why      {self.why}\n    way out  {self.way_out}"
        )


def unapplied(connection: BaseDatabaseWrapper) -> Plan:
    """Return what `migrate` would run now."""
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def lint(connection: BaseDatabaseWrapper, plan: Plan) -> list[Finding]:
    """Return what the plan would do to the capture; a table that is yet to be made is free."""
    existing = set(connection.introspection.table_names())
    tables = {table.name: table for table in CAPTURED if table.name in existing}
    if not plan or not (tables or OUTBOX_TABLE in existing):
        return []
    texts = _text_columns(connection, list(tables))
    state = _state_now(connection)
    found: list[Finding] = []
    for migration, is_backwards in plan:
        if not is_backwards:
            collected, state = _collect(connection, migration, state)
            done = [deed for statement in collected for deed in deeds(statement)]
            felt = [d for d in done if not (_TEXT.search(d.words) and d[1:3] in texts)]
            found += _findings(str(migration), [*felt, *_unreadable(migration)], tables)
    return found


def _text_columns(connection: BaseDatabaseWrapper, tables: list[str]) -> set[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_TEXT_COLUMNS, [tables])
        return set(cursor.fetchall())


def _state_now(connection: BaseDatabaseWrapper) -> ProjectState:
    loader = MigrationLoader(connection)
    applied = [key for key in loader.applied_migrations if key in loader.graph.nodes]
    return loader.project_state(applied)


def _collect(
    connection: BaseDatabaseWrapper, migration: Migration, state: ProjectState
) -> tuple[list[str], ProjectState]:
    after = migration.mutate_state(state)
    try:
        with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            migration.apply(state.clone(), editor, collect_sql=True)
    except ValueError:
        # An index of a table that an earlier migration of the plan makes: Django looks its
        # name up in the database. Such a table is captured by nothing yet.
        pass
    return editor.collected_sql, after


def _unreadable(migration: Migration) -> Iterator[Deed]:
    for operation in migration.operations:
        if isinstance(operation, RunPython):
            yield Deed(
                "unreadable", "", "", f"runs {getattr(operation.code, '__name__', 'code')}()"
            )


def _findings(
    migration: str, done: list[Deed], tables: dict[str, CapturedTable]
) -> Iterator[Finding]:
    generated = {(deed.table, deed.column) for deed in done if deed.rule == "generated column"}
    for deed in dict.fromkeys(done):
        if deed.rule == "new column" and (deed.table, deed.column) in generated:
            continue
        if (judged := _judge(deed, tables)) is not None:
            rule, readers = judged
            yield Finding(
                migration,
                rule,
                deed.words,
                readers,
                RULES[rule].why,
                RULES[rule].way_out,
                RULES[rule].is_breaking,
            )


def _judge(deed: Deed, tables: dict[str, CapturedTable]) -> tuple[str, tuple[str, ...]] | None:
    if deed.rule == "unreadable":
        return deed.rule, ()
    if deed.rule == "publication":
        every = tuple(dict.fromkeys(r for t in tables.values() for r in t.readers_of("")))
        return (deed.rule, every + _EVERYBODY) if deed.table in _PUBLICATIONS else None
    if deed.table == OUTBOX_TABLE:
        return "new outbox column" if deed.rule == "new column" else "outbox", _EVERYBODY
    if deed.table not in tables:
        return None
    table = tables[deed.table]
    if deed.column and deed.column not in table.columns:
        # Nobody is told of it today; only a new column is worth a word.
        return ("new column", ()) if deed.rule in ("new column", "generated column") else None
    return deed.rule, table.readers_of(deed.column)
