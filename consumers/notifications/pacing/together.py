"""Matches that waited are told in one letter: a due row gathers the others of its person.

The others keep rows of their own, which name the one that speaks for them and end as it does.
Rows are gathered under their locks, so of two that are looked at in one moment one gathers the
other. Who gathered and died, or was dropped, holds nobody back: the sweep has the others follow.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from consumers.notifications.channels.port import Letter
from consumers.notifications.deciding import digests
from consumers.notifications.deciding.digests import Entry
from consumers.notifications.errors import NotWanted, Soon
from consumers.notifications.ledger.models import Kind, Notification, State
from consumers.notifications.models import What
from consumers.notifications.sending import review
from consumers.notifications.sending.about import About

# More are left for the next letter.
_MOST = digests.LONGEST
_OPEN = (State.PLANNED, State.SENDING)


def gather(row: Notification, now: datetime) -> bool:
    """Let ``row`` speak for the others that waited; return False when another speaks for it."""
    if not row.is_held or row.kind != Kind.MATCH or row.channel != "email":
        return True
    return _gather(row, now)


@transaction.atomic
def _gather(row: Notification, now: datetime) -> bool:
    due = Notification.objects.filter(
        account_id=row.account_id,
        kind=Kind.MATCH,
        channel="email",
        is_held=True,
        state=State.PLANNED,
        due_at__lte=now,
        told_with=None,
    )
    found = [each.pk for each in due.select_for_update().order_by("planned_at", "pk")]
    if row.pk not in found:
        return False
    others = [number for number in found if number != row.pk]
    room = _MOST - 1 - gathered(row).count()
    Notification.objects.filter(pk__in=others[: max(0, room)]).update(told_with=row.pk)
    return True


def gathered(row: Notification) -> QuerySet[Notification]:
    """Return those for whom ``row`` speaks, in the order in which they were planned."""
    return Notification.objects.filter(told_with=row.pk, state=State.PLANNED).order_by("planned_at")


def words(about: About) -> tuple[str, str, dict[str, Any]] | None:
    """Return the subject, the path and what the letter lists; None when there is one home only."""
    # Only who waited has gathered any.
    held = map(About, gathered(about.row)) if about.row.is_held else ()
    others = [each for each in held if _is_true(each)]
    if not others:
        return None
    # Of a home that is new and cheaper already, the later word.
    entries = list({each.home.pk: _entry(each) for each in (about, *others)}.values())
    what = "new and cheaper homes" if any(entry.note for entry in entries) else "new homes"
    places = {entry.home.neighbourhood for entry in entries}
    where = f"in {places.pop()}" if len(places) == 1 else "for your saved searches"
    subject = f"{len(entries)} {what} {where}" if len(entries) > 1 else f"A home {where}"
    return (
        subject,
        "/notifications/",
        {
            "entries": entries,
            "template": "matches",
            "also": tuple(each.row.pk for each in others),
        },
    )


def claim(letter: Letter, speaker: UUID, until: datetime) -> bool:
    """Claim all that a letter tells beside its own; return whether each was still there."""
    others = Notification.objects.filter(pk__in=letter.also, told_with=speaker)
    claimed = others.filter(state=State.PLANNED).update(state=State.SENDING, due_at=until)
    return claimed == len(letter.also)


def follow(leader: Notification) -> None:
    """Let the others end as the one that spoke for them, wait with it, or go on without it."""
    others = Notification.objects.filter(told_with=leader.pk, state__in=_OPEN)
    if leader.state in (State.DROPPED, State.RETURNED):
        others.update(told_with=None, state=State.PLANNED, due_at=Now())
    elif leader.state == State.PLANNED:
        others.update(state=State.PLANNED, due_at=leader.due_at)
    elif leader.state not in _OPEN:
        others.update(
            state=leader.state,
            reason=leader.reason,
            sent_at=leader.sent_at,
            subject=leader.subject,
        )


def follow_all() -> None:
    """Let follow whose speaker has ended while nobody looked."""
    left = Notification.objects.filter(state=State.PLANNED).exclude(told_with=None)
    leaders = Notification.objects.filter(pk__in=left.values("told_with")).exclude(state__in=_OPEN)
    for leader in leaders:
        follow(leader)


def _is_true(about: About) -> bool:
    """Say whether it is still to be told; what is not, or not known to be, goes its own way."""
    try:
        review.check(about)
    except (NotWanted, Soon):
        Notification.objects.filter(pk=about.row.pk).update(told_with=None)
        return False
    return True


def _entry(about: About) -> Entry:
    note = "costs less now" if about.change.what == What.REDUCED else ""
    return Entry(about.home, note)
