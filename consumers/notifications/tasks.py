"""What the worker does: numbers of rows enter, the rows move on.

Every task may run twice, or never: the rows say what is left to do, and `sweep` asks them.
"""

from uuid import UUID

from consumers.notifications import retention, sending, telling_monolith, waiting
from consumers.notifications.celery import app
from consumers.notifications.ledger.queueing import queue


@app.task
def look(*numbers: str) -> None:
    """Look at some rows, one after the other; those behind one that fails are left to the sweep."""
    for number in numbers:
        sending.look(UUID(number))


@app.task
def sweep() -> None:
    """Take up what is due and was never queued, or was queued and got lost; the oldest first."""
    sending.settle_claims()
    telling_monolith.tell()
    for number in waiting.notifications():
        # One by one: none is held up for ever by another.
        if not queue([number]):
            return


@app.task
def prune() -> None:
    retention.prune()
