"""The only code by which an operator changes what is planned: resend and cancel, each written down.

Neither overrules anything: what is sent again is looked at again, and may be dropped again; what is
on its way is not called back.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from consumers.notifications.ledger.models import Intervention, Notification, State
from consumers.notifications.ledger.queueing import queue_after_commit

_NOT_ARRIVED = (State.FAILED, State.DROPPED, State.UNKNOWN, State.BOUNCED)
_ARRIVED = (State.SENT, State.DELIVERED)


class NotPossible(Exception):
    """The row is in no state for it."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it, and why."""

    name: str
    reason: str


@transaction.atomic
def resend(number: UUID, author: Author, *, again: bool = False) -> None:
    """Plan it once more, with all that its letter told; ``again`` allows what has arrived already.

    Raises ``NotPossible``.
    """
    row = Notification.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise NotPossible(f"There is no notification {number}.")
    allowed = (*_NOT_ARRIVED, *_ARRIVED) if again else _NOT_ARRIVED
    if row.state not in allowed:
        why = "; --again sends a second one" if row.state in _ARRIVED else ""
        raise NotPossible(f"It is {row.state}{why}.")
    told_with_it = Notification.objects.filter(told_with=number, state__in=allowed)
    rows = [row, *told_with_it.select_for_update()]
    _write_down(rows, "resend", author)
    for each in rows:
        _plan_again(each)
    queue_after_commit([each.pk for each in rows])


@transaction.atomic
def cancel(chosen: QuerySet[Notification], author: Author) -> int:
    """Drop what is planned of ``chosen``; return how many."""
    rows = list(chosen.filter(state=State.PLANNED).select_for_update(skip_locked=True))
    _write_down(rows, "cancel", author)
    mine = Notification.objects.filter(pk__in=[row.pk for row in rows])
    return mine.update(state=State.DROPPED, reason=f"Cancelled: {author.reason}"[:200])


def _plan_again(row: Notification) -> None:
    row.state, row.reason, row.told_with, row.is_held = State.PLANNED, "", None, False
    row.planned_at = row.due_at = timezone.now()
    row.attempts = row.waits = 0
    # Whether it counts for the day is asked of the new letter.
    row.sent_at = None
    row.save()


def _write_down(rows: list[Notification], what: str, author: Author) -> None:
    Intervention.objects.bulk_create(
        Intervention(
            notification_id=row.pk,
            account_id=row.account_id,
            what=what,
            state_before=row.state,
            who=author.name,
            reason=author.reason,
        )
        for row in rows
    )
