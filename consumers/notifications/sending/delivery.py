"""A planned notification becomes a letter: its number enters; what became of it is written down.

Two workers with the same number meet at the claim, which one of them gets. It is committed before
the letter goes: a worker that dies in that very moment leaves a row that says so, and such a mail
is not repeated, for it may have arrived. A server that is away is seen before the claim.
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
    Later,
    NotNow,
    NotWanted,
    NotWritten,
    SendingError,
    Soon,
)
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.ledger.queueing import queue
from consumers.notifications.pacing import gate, pace, together
from consumers.notifications.sending import letters, review
from consumers.notifications.sending.about import About

_log = logging.getLogger(__name__)
_LONGEST_REASON = 200


def look(number: UUID) -> None:
    """Send it, drop it, or put it off; does nothing when it is not due."""
    now = timezone.now()
    row = Notification.objects.filter(pk=number, state=State.PLANNED, due_at__lte=now).first()
    if row is None or row.told_with is not None:
        return
    channel = CHANNELS[row.channel]
    try:
        pace.check(row, now)
        if not together.gather(row, now):
            return
        letter = _written(row, channel)
        with channel.opened() as deliver:
            was_closed = row.channel == "email" and gate.take(row.channel, now)
            if not _claim(row, letter):
                return
            _hand_over(row, letter, deliver, channel)
            if was_closed and row.state == State.SENT:
                gate.went_through(row.channel)
            if row.endpoint_id is not None:
                endpoints.note(row)
    except NotWanted as reason:
        _end(row, State.DROPPED, reason)
    except Later as wait:
        _wait(row, wait)
    except (NotNow, ChannelAway) as reason:
        _put_off(row, reason)
    together.follow(row)


def settle_claims() -> None:
    """Say of letters whose worker died while sending that nobody knows, or plan them again."""
    pace.mend(timezone.now())
    lost = Notification.objects.filter(state=State.SENDING, due_at__lt=timezone.now())
    repeatable = [name for name, channel in CHANNELS.items() if channel.is_repeatable]
    lost.filter(channel__in=repeatable).update(state=State.PLANNED)
    lost.exclude(channel__in=repeatable).update(
        state=State.UNKNOWN, reason="The worker died while sending; it may have arrived."
    )
    together.follow_all()


def _written(row: Notification, channel: Channel) -> Letter:
    if row.endpoint_id is not None:
        return messages.write(row)
    about = About(row)
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


def _claim(row: Notification, letter: Letter) -> bool:
    until = timezone.now() + settings.NOTIFICATIONS.lease
    if not letter.also:
        return _move(row, state=State.SENDING, due_at=until)
    with transaction.atomic():
        together.queue_up(row)
        if not _move(row, state=State.SENDING, due_at=until):
            return False
        if together.claim(letter, row.pk, until):
            return True
        # One of them was taken back since the letter was written: it is written again.
        transaction.set_rollback(True)
        return False


def _hand_over(row: Notification, letter: Letter, deliver: Deliver, channel: Channel) -> None:
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
    except Unclear as reason:
        if channel.is_repeatable:
            _put_off(row, reason)
        else:
            _end(row, State.UNKNOWN, reason)
    except ChannelAway as reason:
        _put_off(row, reason)
    else:
        _end(row, State.SENT, sent_at=timezone.now(), subject=letter.subject[:200])


def _wait(row: Notification, wait: Later) -> None:
    is_held = row.is_held or wait.is_held
    _move(row, due_at=wait.until, is_held=is_held, reason=str(wait))
    if isinstance(wait, Soon):
        queue([row.pk], wait.until - timezone.now())


def _put_off(row: Notification, reason: Exception, **facts: Any) -> None:
    """Try again later, twice as late every time, up to the longest wait."""
    if isinstance(reason, TooFast):
        gate.close(row.channel, timezone.now())
    if isinstance(reason, NotWritten):
        facts["is_unwritten"] = True
    config = settings.NOTIFICATIONS
    waits = row.waits + 1
    wait: timedelta = min(config.first_wait * 2 ** min(waits - 1, 20), config.longest_wait)
    _log.warning("put_off notification=%s wait=%s reason=%s", row.pk, wait, reason)
    told = str(reason)[:_LONGEST_REASON]
    due_at = timezone.now() + wait
    _move(row, state=State.PLANNED, waits=waits, due_at=due_at, reason=told, **facts)


def _end(row: Notification, state: State, reason: Exception | str = "", **facts: Any) -> None:
    _move(row, state=state, reason=str(reason)[:_LONGEST_REASON], **facts)


def _move(row: Notification, **facts: Any) -> bool:
    """Change the row unless somebody else has; tell whether it was changed."""
    mine = Notification.objects.filter(
        pk=row.pk, state=row.state, due_at=row.due_at, told_with=row.told_with
    )
    if not mine.update(**facts):
        return False
    for name, value in facts.items():
        setattr(row, name, value)
    return True
