"""Messages: a row about an event of an enquiry or a viewing enters, the mail leaves."""

from django.core.mail import EmailMessage

from cdc.contracts.codec import decode
from cdc.outbox.models import OutboxEvent
from monolith.alerts.letters import message_id
from monolith.alerts.models import Alert
from monolith.enquiries import handback as enquiries
from monolith.errors import NotWanted
from monolith.viewings import handback as viewings


def letter(row: OutboxEvent, account_id: int) -> EmailMessage | None:
    """Return the person's mail about the event, if anything of it is left to tell."""
    event = decode(row.event_type, bytes(row.payload))
    return enquiries.letter(event, account_id) or viewings.letter(event, account_id)


def write(alert: Alert) -> EmailMessage:
    """Return the mail; raises ``NotWanted`` when there is nothing left to say."""
    row = OutboxEvent.objects.filter(pk=str(alert.event_id)).first()
    mail = letter(row, alert.account_id) if row else None
    if mail is None:
        raise NotWanted("Nothing of it was left to tell.")
    mail.extra_headers["Message-ID"] = message_id(alert)
    return mail
