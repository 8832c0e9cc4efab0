"""What the worker does: the number of a row enters, the row moves on.

Every task may run twice, or never: the rows say what is left to do, and `sweep` asks them.
"""

from uuid import UUID

from consumers.notifications import sending, waiting
from consumers.notifications.celery import app
from consumers.notifications.ledger.queueing import queue


@app.task
def look(number: str) -> None:
    sending.look(UUID(number))


@app.task
def sweep() -> None:
    """Take up what is due and was never queued, or was queued and got lost; the oldest first."""
    sending.settle_claims()
    for number in waiting.notifications():
        if not queue(number):
            return
