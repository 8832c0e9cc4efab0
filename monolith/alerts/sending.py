"""A planned row becomes a mail: its number enters; the mail server's answer is written down.

Two workers with the same number meet at the claim, which one of them gets. It is committed
before the mail goes: a worker that dies in that very moment leaves a row that says so, and such
a mail is not repeated, for it may have arrived. A server that is away is seen before the claim, and
waited for; so is one that goes away amid the mail, and says so.
"""

import logging
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone

from monolith import mail_server
from monolith.alerts import letters, messages, review
from monolith.alerts.models import MESSAGES, Alert, State
from monolith.clocks import CLOCK
from monolith.errors import NotWanted
from monolith.mail_server import MailRefused, MailUnclear, ServerAway, ServerLeft

MOST_ATTEMPTS = 8
# How long a claim holds: longer than any task runs.
LEASE = timedelta(minutes=5)
# While the server is away; as patient as the service that takes alerts over.
_SHORTEST, _LONGEST = timedelta(seconds=30), timedelta(minutes=15)
_GIVEN_UP_AFTER = timedelta(days=2)
_log = logging.getLogger(__name__)


def send(alert_id: int) -> None:
    """Send it, drop it, or put it off; does nothing when it is not due, or no more."""
    related = ("account", "change__listing", "digest", "saved_search")
    planned = Alert.objects.filter(pk=alert_id, state=State.PLANNED, due_at__lte=timezone.now())
    alert = planned.select_related(*related).defer("change__listing__search_vector").first()
    if alert is None:
        return
    try:
        review.check(alert)
        mail = messages.write(alert) if alert.kind in MESSAGES else letters.write(alert)
    except NotWanted as reason:
        planned.update(state=State.DROPPED, reason=str(reason))
        return
    _deliver(alert, mail)


def give_up_unknown() -> None:
    """Say of mails whose worker died while sending that nobody knows."""
    told = "The worker died while sending; it may have arrived."
    lost = Alert.objects.filter(state=State.SENDING, due_at__lt=CLOCK.earliest())
    lost.update(state=State.FAILED, reason=told)


def _deliver(row: Alert, mail: EmailMessage) -> None:
    try:
        if not mail_server.give(mail, partial(_claim, row)):
            return
    except ServerLeft as error:
        _wait_for_server(row, State.SENDING, error)
    except ServerAway as error:
        _wait_for_server(row, State.PLANNED, error)
    except MailRefused as error:
        _put_off(row, error)
    except MailUnclear as error:
        _log.warning("%s: the mail server broke off: %s", row, error)
        _end(row, State.FAILED, reason="The mail server broke off; it may have arrived.")
    else:
        words = {"subject": mail.subject[:200], "message_id": mail.extra_headers["Message-ID"]}
        _end(row, State.SENT, sent_at=timezone.now(), **words)


def _claim(row: Alert) -> bool:
    planned = _rows(row).filter(state=State.PLANNED)
    return bool(planned.update(state=State.SENDING, due_at=timezone.now() + LEASE))


def _end(row: Alert, state: State, **facts: Any) -> None:
    _rows(row).filter(state=State.SENDING).update(state=state, **facts)


def _wait_for_server(row: Alert, state: State, error: Exception) -> None:
    """Try again, as much later as it has waited already, until nobody waits for it any more."""
    _log.warning("%s: the mail server is away: %s", row, error)
    mine, now = _rows(row).filter(state=state), timezone.now()
    if row.planned_at < CLOCK.earliest() - _GIVEN_UP_AFTER:
        mine.update(state=State.FAILED, reason="No mail server was there.")
        return
    wait = min(max(now - row.planned_at, _SHORTEST), _LONGEST)
    mine.update(state=State.PLANNED, due_at=now + wait)


def _put_off(row: Alert, error: Exception) -> None:
    """Try again later, twice as late every time, until it has been refused often enough."""
    attempts = row.attempts + 1
    _log.warning("%s: not sent in attempt %s: %s", row, attempts, error)
    mine = _rows(row).filter(state=State.SENDING, attempts=row.attempts)
    if attempts >= MOST_ATTEMPTS:
        mine.update(state=State.FAILED, attempts=attempts, reason="The mail server refused it.")
        return
    later = timezone.now() + timedelta(seconds=15 * 2**attempts)
    mine.update(state=State.PLANNED, attempts=attempts, due_at=later)


def _rows(row: Alert) -> QuerySet[Alert]:
    return Alert.objects.filter(pk=row.pk)
