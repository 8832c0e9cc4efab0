"""Tell the tables connector to take a snapshot amid the stream, or to hold or end one.

Enters: captured tables and a condition on their rows. Leaves: a row of `Signal`. The
connector reads chunk by chunk between the changes and notes in its offsets how far it came,
so that a restart costs a chunk and nothing else.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, connections, router, transaction
from psycopg import sql

from cdc.contracts.tables import CAPTURED, CapturedTable
from cdc.snapshots.errors import FilterRefused, NoSuchTable
from cdc.snapshots.models import Signal

INCREMENTAL = "INCREMENTAL"
# What would end the connector's own query, or hide the rest of it.
_MORE_THAN_A_CONDITION = (";", "--", "/*")


def table_named(name: str) -> CapturedTable:
    """Return a captured table by its name, or by its app's when that has one only."""
    of_app = [table for table in CAPTURED if table.name.startswith(f"{name}_")]
    found = [table for table in CAPTURED if table.name == name] or of_app
    if len(found) != 1:
        known = ", ".join(table.name for table in CAPTURED)
        raise NoSuchTable(f"{name} is no captured table; there are: {known}.")
    return found[0]


def start(tables: Sequence[CapturedTable], where: str = "") -> str:
    """Ask for all rows, or those that meet ``where``; return the snapshot's id.

    Raises ``FilterRefused``. One that runs already is finished first.
    """
    data: dict[str, Any] = {
        "type": INCREMENTAL,
        "data-collections": [f"public.{table.name}" for table in tables],
    }
    if where:
        for table in tables:
            _try(table, where)
        data["additional-conditions"] = [
            {"data-collection": f"public.{table.name}", "filter": where} for table in tables
        ]
    return _send("execute-snapshot", data)


def stop() -> str:
    """End the running snapshot; what it has not read stays unread."""
    return _send("stop-snapshot", {"type": INCREMENTAL})


def pause() -> str:
    """Hold the running snapshot after its chunk; the stream goes on."""
    return _send("pause-snapshot", {"type": INCREMENTAL})


def resume() -> str:
    """Let a held snapshot go on where it was."""
    return _send("resume-snapshot", {"type": INCREMENTAL})


def _send(kind: str, data: dict[str, Any]) -> str:
    return str(Signal.objects.create(type=kind, data=json.dumps(data)).id)


def _try(table: CapturedTable, where: str) -> None:
    # Over the captured columns alone, as the replication role may read no others.
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    name = sql.Identifier(table.name)
    query: Any = sql.SQL("EXPLAIN SELECT 1 FROM (SELECT {} FROM {}) AS {} WHERE ").format(
        columns, name, name
    )
    alias = router.db_for_write(Signal)
    if any(mark in where for mark in _MORE_THAN_A_CONDITION):
        raise FilterRefused(f"One condition, without semicolons and comments: {where}")
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(query + sql.SQL("({})").format(sql.SQL(where)))
    except DatabaseError as error:
        told = str(error).splitlines()[0]
        raise FilterRefused(f"The database cannot use {where!r}: {told}") from error
