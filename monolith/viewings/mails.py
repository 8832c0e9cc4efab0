"""The mails about viewings: a viewing and what happened to it enter, a mail to each side leaves.

A viewing that is over is no news to those who were there.
"""

from django.core.mail import EmailMessage

from cdc.contracts.handled_by import Stamp
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.alerts import told
from monolith.listings.models import FOR_SALE
from monolith.mails import write
from monolith.viewings.models import Status, Viewing

SUBJECTS = {
    Status.REQUESTED: "Viewing asked for",
    Status.CONFIRMED: "Viewing confirmed",
    Status.DECLINED: "Viewing declined",
    Status.CANCELLED: "Viewing cancelled",
}


# What the stamps call these mails.
KIND = "viewing"


def tell_both(viewing: Viewing, event: OutboxEvent, *, by_agent: bool = False) -> None:
    """Tell both sides, but those whom the event's stamp gives to a service."""
    stamp = Stamp.parse(event.handled_by)
    for person in (viewing.agent, viewing.account):
        if person is None or stamp.handles(KIND, person.pk):
            continue
        if mail := letter(viewing, person, by_agent=by_agent):
            told.post(mail, KIND, person.pk, event)


def letter(viewing: Viewing, person: User, *, by_agent: bool = False) -> EmailMessage | None:
    """Return what tells one of both how the viewing stands."""
    subject = SUBJECTS.get(Status(viewing.status))
    if subject is None:
        return None
    return write(
        "viewings/mail/viewing.txt",
        person.email,
        f"{subject}: {viewing.listing.address}, {viewing.time_in_words}",
        viewing=viewing,
        person=person,
        is_agent=person == viewing.agent,
        by_agent=by_agent,
        for_sale=FOR_SALE,
    )
