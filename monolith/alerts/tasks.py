"""What the worker does: the number of a row enters, the row moves on.

Every task may run twice, or never: the rows say what is left to do, and `sweep` asks them.
"""

from monolith.alerts import digests, planning, sending, waiting
from monolith.alerts.queueing import queue
from monolith.celery import app
from monolith.enquiries import answering


@app.task
def match(change_id: int) -> None:
    """Plan the mails that a change of a listing is worth."""
    for alert_id in planning.plan(change_id):
        queue(send, alert_id)


@app.task
def send(alert_id: int) -> None:
    sending.send(alert_id)


@app.task
def answer(reply_id: int) -> None:
    answering.send(reply_id)


@app.task
def digest(digest_id: int) -> None:
    """Plan overviews for the next people, and go on in a task of its own."""
    for alert_id in digests.plan(digest_id):
        queue(send, alert_id)
    if not digests.is_finished(digest_id):
        queue(digest, digest_id)


@app.task
def sweep() -> None:
    """Take up what was due and never queued, or was queued and got lost."""
    sending.give_up_unknown()
    waiting.mend()
    for change_id in waiting.changes():
        queue(match, change_id)
    for alert_id in waiting.alerts():
        queue(send, alert_id)
    for reply_id in answering.due().values_list("pk", flat=True)[: waiting.AT_ONCE]:
        queue(answer, reply_id)
    for digest_id in digests.unfinished():
        queue(digest, digest_id)
