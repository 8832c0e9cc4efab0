"""Messages that a service gave back: an event of an enquiry or a viewing enters, the mail leaves.

The message's id is made of the row's number, so that a mail which did go out twice would be one
mail to whoever receives it.
"""

from django.core.mail import EmailMessage

from cdc.contracts.codec import decode
from cdc.outbox.models import OutboxEvent
from monolith.alerts.letters import domain
from monolith.alerts.models import HandedBack
from monolith.enquiries import handback as enquiries
from monolith.errors import NotWanted
from monolith.viewings import handback as viewings


def letter(row: OutboxEvent, account_id: int) -> EmailMessage | None:
    """Return the person's mail about the event, if anything of it is left to tell."""
    event = decode(row.event_type, bytes(row.payload))
    return enquiries.letter(event, account_id) or viewings.letter(event, account_id)


def write(taken: HandedBack) -> EmailMessage:
    """Return the mail; raises ``NotWanted`` when there is nothing left to say."""
    row = OutboxEvent.objects.filter(pk=taken.event_id).first()
    mail = letter(row, taken.account_id) if row else None
    if mail is None:
        raise NotWanted("Nothing of it was left to tell.")
    mail.extra_headers["Message-ID"] = f"<returned-{taken.pk}@{domain()}>"
    return mail
