"""What this site mails about enquiries and viewings: a mail enters and is sent, a row says so.

The row is made when the mail server has taken the mail: whoever takes these mails over compares
what it would send with what was sent, and the person finds it among what we sent them.
"""

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from cdc.outbox.models import OutboxEvent
from monolith.alerts.models import Alert, State


def post(mail: EmailMessage, kind: str, account_id: int, event: OutboxEvent) -> None:
    """Send the mail about ``event`` once the transaction commits; nothing breaks if it fails."""
    told = Alert(account_id=account_id, kind=kind, event_id=event.pk, state=State.SENT)
    # Django names what failed by its name, which a partial has not.
    transaction.on_commit(lambda: _send(mail, told), robust=True)


def _send(mail: EmailMessage, told: Alert) -> None:
    mail.send()
    told.sent_at, told.subject = timezone.now(), mail.subject[:200]
    told.save()
