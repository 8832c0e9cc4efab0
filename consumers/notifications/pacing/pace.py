"""Whether a letter goes now: a due row and the hour enter; nothing, or a later moment, leaves.

Only what disturbs waits, as mails do, and only of the kinds that people may switch off: for an
answer or a viewing somebody else waits, and an item of the feed wakes nobody up.
"""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from consumers.notifications.channels import CHANNELS
from consumers.notifications.errors import Later
from consumers.notifications.ledger.models import SWITCHABLE, Kind, Notification, State
from consumers.notifications.pacing import hours
from consumers.notifications.pacing.models import HERE, Rhythm
from consumers.runtime import steady

# A day may be an hour longer than another.
_A_DAY = timedelta(hours=25)


def rhythm_of(account_id: int) -> Rhythm | None:
    """Return what the person chose; None when that is nothing."""
    return Rhythm.objects.filter(pk=account_id).first()


def check(row: Notification, now: datetime, rhythm: Rhythm | None) -> None:
    """Raise ``Later`` in a person's quiet hours, and when they were told enough for a day."""
    if not _waits(row):
        return
    zone = _zone(rhythm)
    if rhythm and rhythm.quiet_from and rhythm.quiet_until:
        until = hours.quiet_until(now, zone, rhythm.quiet_from, rhythm.quiet_until)
        if until is not None:
            raise Later("It is a quiet hour of the person's.", until)
    most = _most(rhythm)
    if most and _told_since(row, hours.day_of(now, zone), now) >= most:
        raise Later("The person was told enough for a day.", hours.next_time(now, zone, time.min))


def is_counted(row: Notification, rhythm: Rhythm | None) -> bool:
    """Say whether the row is one of as many as its person gets a day."""
    return _waits(row) and bool(_most(rhythm))


def zone_of(account_id: int) -> ZoneInfo:
    """Return where the person's clock is."""
    return _zone(rhythm_of(account_id))


def zones_of(people: Collection[int]) -> dict[int, ZoneInfo]:
    """Return where the clocks of ``people`` are."""
    chosen = {each.account_id: each for each in Rhythm.objects.filter(account_id__in=people)}
    return {person: _zone(chosen.get(person)) for person in people}


def mend(now: datetime) -> int:
    """Bring back what a clock that was wrong has put off too far; return how many rows."""
    config = settings.NOTIFICATIONS
    planned = Notification.objects.filter(state=State.PLANNED)
    # Nothing but an overview waits for longer than until the same hour of the next day.
    others = planned.exclude(kind=Kind.DIGEST)
    soon = others.filter(due_at__gt=now + _A_DAY)
    # And what waits for no hour of its person's is put off for the longest wait at most.
    put_off = others.filter(is_held=False, due_at__gt=now + config.longest_wait + steady.DRIFT)
    lost = soon | put_off | planned.filter(due_at__gt=now + config.oldest)
    # What was claimed by such a clock ends as any claim does.
    claims = Notification.objects.filter(state=State.SENDING, due_at__gt=now + 2 * config.lease)
    claims.update(due_at=now + config.lease)
    return lost.update(due_at=now)


def _waits(row: Notification) -> bool:
    return CHANNELS[row.channel].disturbs and row.kind in SWITCHABLE


def _most(rhythm: Rhythm | None) -> int:
    most: int = (rhythm and rhythm.most_a_day) or settings.NOTIFICATIONS.most_a_day
    return most


def _zone(rhythm: Rhythm | None) -> ZoneInfo:
    return ZoneInfo(rhythm.zone if rhythm else HERE)


def _told_since(row: Notification, since: datetime, now: datetime) -> int:
    told = Notification.objects.filter(
        account_id=row.account_id, channel=row.channel, kind__in=SWITCHABLE, told_with=None
    )
    # What a clock that was ahead sent “tomorrow” counts for no day.
    return told.filter(
        Q(sent_at__gte=since, sent_at__lte=now) | Q(state=State.SENDING, due_at__gt=now)
    ).count()
