"""Whose fault a database error is: a record's own, or nobody's because the server is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import Error, InterfaceError, OperationalError, connections, router
from django.db.models import Model

from consumers.runtime.errors import StopConsumer, StoreAway

# The server ended a transaction in which nothing happened for too long: its handler's doing.
_SLEPT = "25P03"


@contextmanager
def blaming(alias: str) -> Iterator[None]:
    """Raise ``StoreAway`` instead of whatever was raised because the connection is gone.

    A deadlock or a broken rule leaves the connection alive, and is passed on as it is. Stands
    inside the transaction, as Django connects anew at its end.
    """
    try:
        yield
    except (StopConsumer, StoreAway):
        raise
    except Exception as error:  # Handlers wrap what they were told in errors of their own.
        held = connections[alias].connection
        if _slept(error) or (held is not None and not held.closed):
            raise
        raise StoreAway(str(error).partition("\n")[0]) from error


@contextmanager
def own_cursor(alias: str) -> Iterator[Any]:
    """Ask on the store's own behalf: a failure is no record's, and may pass. ``StoreAway``."""
    try:
        with connections[alias].cursor() as cursor:
            yield cursor
    except Error as error:
        raise StoreAway(str(error).partition("\n")[0]) from error


@contextmanager
def asking(model: type[Model]) -> Iterator[None]:
    """Ask about rows of ``model`` that are the runtime's own. Raises ``StoreAway``."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        connections[router.db_for_write(model)].close_if_unusable_or_obsolete()
        raise StoreAway(str(error).partition("\n")[0]) from error


def _slept(error: BaseException | None) -> bool:
    while error is not None and getattr(error, "sqlstate", "") != _SLEPT:
        error = error.__cause__
    return error is not None
