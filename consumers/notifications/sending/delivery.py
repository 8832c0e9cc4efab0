"""A planned notification becomes a letter: its number enters; what became of it is written down.

Two workers with the same number meet at the claim, which one of them gets. It is committed before
the letter goes: a worker that dies in that very moment leaves a row that says so, and such a mail
is not repeated, for it may have arrived. A server that is away is seen before the claim, and shuts
its gate (`pacing/gate.py`).
"""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from consumers.notifications.bounces import suppressions
from consumers.notifications.bounces.models import Why
from consumers.notifications.channels import CHANNELS
from consumers.notifications.channels.port import (
    Channel,
    ChannelAway,
    Deliver,
    Letter,
    Refused,
    TooFast,
    Unclear,
)
from consumers.notifications.endpoints import messages
from consumers.notifications.endpoints import services as endpoints
from consumers.notifications.errors import (
    AtGate,
    Later,
    NotNow,
    NotWanted,
    NotWritten,
    SendingError,
    Soon,
)
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.ledger.queueing import queue, queue_after_commit
from consumers.notifications.pacing import gate, pace, together
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import letters, review
from consumers.notifications.sending.about import About
from consumers.runtime import steady

_log = logging.getLogger(__name__)
_LONGEST_REASON = 200


def look(number: UUID) -> None:
    """Send it, drop it, or put it off; does nothing when it is not due."""
    now = timezone.now()
    row = Notification.objects.filter(pk=number, state=State.PLANNED, due_at__lte=now).first()
    if row is None or row.told_with is not None:
        return
    channel, is_tried = CHANNELS[row.channel], False
    try:
        rhythm = pace.rhythm_of(row.account_id)
        pace.check(row, now, rhythm)
        is_tried = gate.check(row, now)
        if not together.gather(row, now):
            return
        letter = _written(row, channel, rhythm)
        gate.enter(row, now, is_tried=is_tried)
        with channel.opened() as deliver:
            if not _claim(row, letter, rhythm):
                gate.try_next(row, now)
                return
            _hand_over(row, letter, deliver, channel, is_tried=is_tried)
            if row.endpoint_id is not None:
                endpoints.note(row)
    except NotWanted as reason:
        _end(row, State.DROPPED, reason)
    except AtGate as wait:
        _move(row, waits_at=gate.name_of(row), reason=str(wait))
    except Later as wait:
        _wait(row, wait, is_tried=is_tried)
    except ChannelAway as reason:
        _hold(row, reason, is_tried=is_tried)
    except NotNow as reason:
        _put_off(row, reason)
    together.follow(row)


def settle_claims() -> None:
    """Say of letters whose worker died while sending that nobody knows, or plan them again."""
    pace.mend(timezone.now())
    # Who is told in another's letter ends as that does.
    lost = Notification.objects.filter(
        state=State.SENDING, due_at__lt=steady.earliest(), told_with=None
    )
    repeatable = [name for name, channel in CHANNELS.items() if channel.is_repeatable]
    lost.filter(channel__in=repeatable).update(state=State.PLANNED)
    lost.exclude(channel__in=repeatable).update(
        state=State.UNKNOWN,
        reason="The worker died while sending; it may have arrived.",
        waits=0,
    )
    together.follow_all()


def _written(row: Notification, channel: Channel, rhythm: Rhythm | None) -> Letter:
    if row.endpoint_id is not None:
        return messages.write(row)
    about = About(row, rhythm)
    review.check(about)
    try:
        letter = letters.write(about, needs_address=channel.needs_address)
        if channel.needs_address:
            suppressions.check(row.account_id, letter.to)
        return letter
    except SendingError:
        raise
    except Exception as error:  # A template that is broken stops its kind, and not the rest.
        _log.exception("not_written notification=%s", row.pk)
        raise NotWritten(f"The letter could not be written: {error}") from error


def _claim(row: Notification, letter: Letter, rhythm: Rhythm | None) -> bool:
    now = timezone.now()
    until, is_counted = now + settings.NOTIFICATIONS.lease, pace.is_counted(row, rhythm)
    if not letter.also and not is_counted:
        return _move(row, state=State.SENDING, due_at=until)
    with transaction.atomic():
        together.queue_up(row)
        if is_counted:
            # Another letter of the person's may have been claimed since this one was looked at.
            pace.check(row, now, rhythm)
        if not _move(row, state=State.SENDING, due_at=until):
            return False
        if together.claim(letter, row.pk, until):
            return True
        # One of them was taken back since the letter was written: it is written again.
        transaction.set_rollback(True)
        return False


def _hand_over(
    row: Notification, letter: Letter, deliver: Deliver, channel: Channel, *, is_tried: bool
) -> None:
    try:
        deliver(letter)
    except Refused as reason:
        attempts = row.attempts + 1
        if reason.is_nobodys:
            suppressions.suppress(row.account_id, Why.BOUNCED, letter.to)
        if reason.is_final or attempts >= settings.NOTIFICATIONS.most_attempts:
            _end(row, State.FAILED, reason, attempts=attempts)
        else:
            _put_off(row, reason, attempts=attempts)
        if is_tried:
            _heed(row, is_answer=reason.is_final)
    except Unclear as reason:
        gate.close(row, timezone.now())
        if channel.is_repeatable:
            _put_off(row, reason)
        else:
            _end(row, State.UNKNOWN, reason, waits=0)
    except ChannelAway as reason:
        _hold(row, reason, is_tried=is_tried)
    else:
        _end(row, State.SENT, sent_at=timezone.now(), subject=letter.subject[:200])
        if is_tried:
            _heed(row, is_answer=True)


def _heed(row: Notification, *, is_answer: bool) -> None:
    """Let all go that wait at the gate once a letter was answered there, or try the next one."""
    now = timezone.now()
    if not is_answer:
        gate.try_next(row, now)
        return
    queue_after_commit(gate.open_again(row, now))


def _hold(row: Notification, reason: ChannelAway, *, is_tried: bool) -> None:
    """Shut the gate of who takes no letters now; the row waits at it with the others."""
    now = timezone.now()
    pause = reason.pause if isinstance(reason, TooFast) else None
    wait = gate.close(row, now, pause)
    _log.warning("shut gate=%s wait=%s reason=%s", gate.name_of(row), wait, reason)
    facts: dict[str, Any] = {"due_at": now}
    if not is_tried:
        facts["waits"] = row.waits + 1
        if row.waits:
            # Others went meanwhile: it may be to blame itself, and holds up nobody.
            facts["due_at"] = now + _wait_after(row.waits)
    told = str(reason)[:_LONGEST_REASON]
    _move(row, state=State.PLANNED, waits_at=gate.name_of(row), reason=told, **facts)


def _wait(row: Notification, wait: Later, *, is_tried: bool) -> None:
    until, is_held = wait.until, row.is_held or wait.is_held
    now = timezone.now()
    if now - steady.earliest() > steady.DRIFT:
        # Who knows whose hour it is: the clock has leapt. `pace.mend` brings back what waits so.
        until, is_held = min(until, now + settings.NOTIFICATIONS.longest_wait), False
    _move(row, due_at=until, is_held=is_held, reason=str(wait))
    if is_tried:
        gate.try_next(row, now)
    if isinstance(wait, Soon):
        queue([row.pk], wait.until - timezone.now())


def _put_off(row: Notification, reason: Exception, **facts: Any) -> None:
    """Try again later, twice as late every time, up to the longest wait."""
    if isinstance(reason, NotWritten):
        facts["is_unwritten"] = True
    waits = row.waits + 1
    wait = _wait_after(row.waits)
    _log.warning("put_off notification=%s wait=%s reason=%s", row.pk, wait, reason)
    told = str(reason)[:_LONGEST_REASON]
    due_at = timezone.now() + wait
    _move(row, state=State.PLANNED, waits=waits, due_at=due_at, reason=told, **facts)


def _wait_after(waits: int) -> timedelta:
    config = settings.NOTIFICATIONS
    wait: timedelta = min(config.first_wait * 2 ** min(waits, 20), config.longest_wait)
    return wait


def _end(row: Notification, state: State, reason: Exception | str = "", **facts: Any) -> None:
    _move(row, state=state, reason=str(reason)[:_LONGEST_REASON], **facts)


def _move(row: Notification, **facts: Any) -> bool:
    """Change the row unless somebody else has; tell whether it was changed."""
    facts = {"waits_at": ""} | facts
    mine = Notification.objects.filter(
        pk=row.pk, state=row.state, due_at=row.due_at, told_with=row.told_with
    )
    if not mine.update(**facts):
        return False
    for name, value in facts.items():
        setattr(row, name, value)
    return True
