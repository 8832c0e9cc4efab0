"""How outbox rows leave the transaction that caused them: one function a transport.

Enters: rows that `publish` made, in order. Leaves: a statement on the caller's connection, so
that rows commit or go back with the change itself. `OUTBOX_TRANSPORT` names the function.
"""

import json
from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, router

from cdc.contracts.tables import OUTBOX_PREFIX
from cdc.outbox.models import OutboxEvent

Transport = Callable[[Sequence[OutboxEvent]], None]

_COLUMNS = [field.attname for field in OutboxEvent._meta.concrete_fields]
_INSERT = f'INSERT INTO "{OutboxEvent._meta.db_table}" ({", ".join(_COLUMNS)}) VALUES'
_ROW = f"({', '.join(['%s'] * len(_COLUMNS))})"
# Ordered, as one aggregate's events must leave in the order they were published in.
_EMIT = """
SELECT pg_logical_emit_message(true, %s, content)
FROM unnest(%s::text[]) WITH ORDINALITY AS message (content, place) ORDER BY place
"""


def store(rows: Sequence[OutboxEvent]) -> None:
    """Hand the rows to the transport that the settings name."""
    _transport()(rows)


def is_storing() -> bool:
    """Whether events leave at all; a monolith that stands alone only checks them."""
    return _transport() is not _drop


def _insert(rows: Sequence[OutboxEvent]) -> None:
    # Django's own insert makes its statement anew each time, a third of what publishing costs.
    statement = f"{_INSERT} {', '.join([_ROW] * len(rows))}"
    values = [getattr(row, name) for row in rows for name in _COLUMNS]
    with connections[router.db_for_write(OutboxEvent)].cursor() as cursor:
        cursor.execute(statement, values)


def _emit(rows: Sequence[OutboxEvent]) -> None:
    with connections[router.db_for_write(OutboxEvent)].cursor() as cursor:
        cursor.execute(_EMIT, [OUTBOX_PREFIX, [_as_message(row) for row in rows]])


def _drop(rows: Sequence[OutboxEvent]) -> None:
    """Let them go: nobody listens."""


def _as_message(row: OutboxEvent) -> str:
    """Return the row as JSON; one character a byte of the payload (ISO 8859-1).

    The connector writes that string out in the same alphabet, so that the very bytes of the
    payload become the record's value, as they do from the table.
    """
    columns = {
        field.attname: getattr(row, field.attname)
        for field in OutboxEvent._meta.concrete_fields
        if field.attname not in _NOT_SENT
    }
    columns["id"] = str(row.id)
    columns["payload"] = bytes(row.payload).decode("iso-8859-1")
    columns["occurred_at"] = row.occurred_at.isoformat().replace("+00:00", "Z")
    return json.dumps(columns)


# What the table keeps for whoever asks who did it, and no record carries.
_NOT_SENT = ("actor", "reason")
_TRANSPORTS: dict[str, Transport] = {"table": _insert, "message": _emit, "none": _drop}


def _transport() -> Transport:
    try:
        return _TRANSPORTS[settings.OUTBOX_TRANSPORT]
    except KeyError:
        raise ImproperlyConfigured(
            f"OUTBOX_TRANSPORT is {settings.OUTBOX_TRANSPORT!r}; "
            f"it must be one of {', '.join(_TRANSPORTS)}."
        ) from None
