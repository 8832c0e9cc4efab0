"""Matches are told in one letter: a due row gathers the others of its person that are due.

The first goes at once; what follows within a moment waits until that is over, as what comes in
quiet hours waits for their end. The others keep rows of their own, which name the one that speaks
for them, and those that are in its letter end as it does. Rows are gathered under their locks, so
of two that are looked at in one moment one gathers the other. Who gathered and died, or was
dropped, holds nobody back: the sweep has the others follow.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Now

from consumers.notifications.channels.port import Letter
from consumers.notifications.deciding import digests
from consumers.notifications.deciding.digests import Entry
from consumers.notifications.errors import Later, NotWanted, Soon
from consumers.notifications.ledger.models import Kind, Notification, State
from consumers.notifications.models import What
from consumers.notifications.sending import review
from consumers.notifications.sending.about import About

# More are left for the next letter.
_MOST = digests.LONGEST
# Names the locks of this module; the second half of a name is a person's.
_TOGETHER, _INTEGERS = 7_386, 2**31
_OPEN = (State.PLANNED, State.SENDING)


def gather(row: Notification, now: datetime) -> bool:
    """Let ``row`` speak for the others that are due; return False when another speaks for it.

    Raises ``Later`` when the person had such a letter a moment ago.
    """
    window = settings.NOTIFICATIONS.together
    return not _comes_together(row) or not (row.is_held or window) or _gather(row, now, window)


@transaction.atomic
def _gather(row: Notification, now: datetime, window: timedelta) -> bool:
    queue_up(row)
    due = _matches_of(row).filter(state=State.PLANNED, due_at__lte=now)
    found = [each.pk for each in due.select_for_update().order_by("planned_at", "pk")]
    if row.pk not in found:
        return False
    # Whose letter was begun before is seen now: its row was among the locked ones.
    if until := _until(row, now, window):
        raise Later("It comes with what else there is in a moment.", until)
    found.remove(row.pk)
    # One that spoke for others and has not begun brings them along. Of a letter that was refused
    # all are planned again, also if its worker died before it said so.
    others = Notification.objects.filter(Q(pk__in=found) | Q(told_with__in=[row.pk, *found]))
    others.filter(state__in=_OPEN).update(told_with=row.pk, state=State.PLANNED)
    return True


def _until(row: Notification, now: datetime, window: timedelta) -> datetime | None:
    """Return when the person may have the next such letter, or None for now."""
    others = _matches_of(row).exclude(pk=row.pk)
    if window and others.filter(state=State.SENDING, due_at__gt=now).exists():
        return now + window
    sent = others.filter(sent_at__gt=now - window, sent_at__lte=now)
    last: datetime | None = sent.aggregate(at=Max("sent_at"))["at"]
    return last + window if last else None


def gathered(row: Notification) -> QuerySet[Notification]:
    """Return those for whom ``row`` speaks, in the order in which they were planned."""
    return Notification.objects.filter(told_with=row.pk, state=State.PLANNED).order_by("planned_at")


def words(about: About) -> tuple[str, str, dict[str, Any]] | None:
    """Return the subject, the path and what the letter lists; None when there is one home only."""
    found = gathered(about.row) if _comes_together(about.row) else ()
    others = [each for each in map(About, found) if _is_true(each)][: _MOST - 1]
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


def follow(row: Notification) -> None:
    """Let those for whom ``row`` speaks end as it did, wait with it, or go on without it."""
    others = Notification.objects.filter(told_with=row.pk, state__in=_OPEN)
    if _comes_together(row) and others.exists():
        _follow(row)


def queue_up(row: Notification) -> None:
    """Let one at a time, until its transaction ends, say who speaks for whom of a person's.

    Whoever locks the rows only may hold one that another needs, and wait for that one's.
    """
    with connection.cursor() as cursor:
        whose = row.account_id % _INTEGERS
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_TOGETHER, whose])


@transaction.atomic
def _follow(row: Notification) -> None:
    number = row.pk
    queue_up(row)
    # As it is now, and stays: another worker may have it by then.
    leader = Notification.objects.select_for_update().filter(pk=number).first()
    others = Notification.objects.filter(told_with=number, state__in=_OPEN)
    if leader is None or leader.state == State.SENDING:
        return
    if leader.state == State.PLANNED:
        if leader.is_unwritten:
            others.update(is_unwritten=True)
        others.update(state=State.PLANNED, due_at=leader.due_at)
        return
    if leader.state not in (State.DROPPED, State.RETURNED):
        others.filter(state=State.SENDING).update(
            state=leader.state,
            reason=leader.reason,
            sent_at=leader.sent_at,
            subject=leader.subject,
        )
    # Those that its letter does not tell.
    others.update(told_with=None, state=State.PLANNED, due_at=Now())


def follow_all() -> None:
    """Let follow whose speaker has ended while nobody looked."""
    left = Notification.objects.filter(state__in=_OPEN).exclude(told_with=None)
    leaders = Notification.objects.filter(pk__in=left.values("told_with")).exclude(state__in=_OPEN)
    for leader in leaders:
        follow(leader)


def _comes_together(row: Notification) -> bool:
    return row.kind == Kind.MATCH and row.channel == "email"


def _matches_of(row: Notification) -> QuerySet[Notification]:
    """Return the person's matches by mail that speak for themselves."""
    return Notification.objects.filter(
        account_id=row.account_id, kind=Kind.MATCH, channel="email", told_with=None
    )


def _is_true(about: About) -> bool:
    """Say whether it is to be told; what is not is dropped, what is not known goes its own way."""
    row = about.row
    mine = Notification.objects.filter(pk=row.pk, told_with=row.told_with, state=State.PLANNED)
    try:
        review.check(about)
    except NotWanted as reason:
        mine.update(told_with=None, state=State.DROPPED, reason=str(reason))
        return False
    except Soon:
        mine.update(told_with=None)
        return False
    return True


def _entry(about: About) -> Entry:
    note = "costs less now" if about.change.what == What.REDUCED else ""
    return Entry(about.home, note)
