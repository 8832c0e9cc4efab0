"""The mails about viewings: a viewing and what happened to it enter, a mail to each side leaves.

A viewing that is over is no news to those who were there.
"""

from monolith.listings.models import FOR_SALE
from monolith.mails import send
from monolith.viewings.models import Status, Viewing

SUBJECTS = {
    Status.REQUESTED: "Viewing asked for",
    Status.CONFIRMED: "Viewing confirmed",
    Status.DECLINED: "Viewing declined",
    Status.CANCELLED: "Viewing cancelled",
}


def tell_both(viewing: Viewing, *, by_agent: bool = False) -> None:
    subject = SUBJECTS.get(Status(viewing.status))
    for person in (viewing.agent, viewing.account):
        if subject and person:
            send(
                "viewings/mail/viewing.txt",
                person.email,
                f"{subject}: {viewing.listing.address}, {viewing.time_in_words}",
                viewing=viewing,
                person=person,
                is_agent=person == viewing.agent,
                by_agent=by_agent,
                for_sale=FOR_SALE,
            )
