"""Several events of one transaction in one statement.

Enters: rows that `publish` makes while a batch is open on the connection. Leaves: those that
were not taken back by a savepoint, in order, in one insert when the batch ends.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connections, router

from cdc.outbox.errors import NoOpenTransaction
from cdc.outbox.models import OutboxEvent
from cdc.outbox.transports import store

# A row, and what Django drops from its list when the row's savepoint is rolled back.
_Kept = tuple[OutboxEvent, Callable[[], None]]
_open: ContextVar[list[_Kept] | None] = ContextVar("outbox_batch", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Store what is published inside at the end, in one insert; nested batches join the outer.

    Raises ``NoOpenTransaction`` in autocommit mode. An error that leaves the block stores nothing.
    """
    if not connections[router.db_for_write(OutboxEvent)].in_atomic_block:
        raise NoOpenTransaction("Events were to be published together outside a transaction.")
    if _open.get() is not None:
        yield
        return
    kept: list[_Kept] = []
    token = _open.set(kept)
    try:
        yield
    finally:
        _open.reset(token)
    if surviving := _surviving(kept):
        store(surviving)


def add(row: OutboxEvent) -> None:
    """Store the row now, or with its batch when one is open."""
    kept = _open.get()
    if kept is None:
        store([row])
        return

    def mark() -> None:
        """Do nothing; its place in Django's list says that its savepoint still stands."""

    connections[router.db_for_write(OutboxEvent)].on_commit(mark)
    kept.append((row, mark))


def _surviving(kept: list[_Kept]) -> list[OutboxEvent]:
    # Django forgets the callbacks of a savepoint that is rolled back (and keeps those of one
    # that is released), which is the rule that events need; no bookkeeping of our own then.
    standing = {entry[1] for entry in connections[router.db_for_write(OutboxEvent)].run_on_commit}
    return [row for row, mark in kept if mark in standing]
