"""The mails about viewings: a viewing and what happened to it enter, a mail to each side leaves.

A viewing that is over is no news to those who were there.
"""

from django.core.mail import EmailMessage

from monolith.accounts.models import User
from monolith.listings.models import FOR_SALE
from monolith.mails import write
from monolith.viewings.models import Status, Viewing

SUBJECTS = {
    Status.REQUESTED: "Viewing asked for",
    Status.CONFIRMED: "Viewing confirmed",
    Status.DECLINED: "Viewing declined",
    Status.CANCELLED: "Viewing cancelled",
}


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
