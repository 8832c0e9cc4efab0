"""What the worker does: numbers of rows enter, the rows move on.

Every task may run twice, or never: the rows say what is left to do, and `sweep` asks them.
"""

from uuid import UUID

from consumers.notifications import stopping
from consumers.notifications.celery import app
from consumers.notifications.ledger.queueing import queue
from consumers.notifications.operating import retention, telling_monolith
from consumers.notifications.sending import asking, delivery, waiting


@app.task
def look(*numbers: str) -> None:
    """Look at some rows, one after the other; those behind one that fails are left to the sweep.

    Once the worker is told to end, those that are left go to another one.
    """
    for place, number in enumerate(numbers):
        if stopping.is_told():
            queue([UUID(each) for each in numbers[place:]])
            return
        delivery.look(UUID(number))


@app.task
def sweep() -> None:
    """Take up what is due and was never queued, or was queued and got lost; the oldest first."""
    delivery.settle_claims()
    for number in waiting.notifications():
        # One by one: none is held up for ever by another.
        if not queue([number]):
            break
    # Others are asked and told last: they may be slow to answer.
    telling_monolith.tell()
    asking.ask()


@app.task
def prune() -> None:
    retention.prune()
