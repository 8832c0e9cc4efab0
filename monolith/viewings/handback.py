"""A mail about a viewing that a service was to send: its event enters, the mail leaves.

Only while the viewing stands as the event says: a later step is told by a mail of its own.
"""

from django.core.mail import EmailMessage

from cdc.contracts import events
from cdc.contracts.events import DomainEvent
from monolith.viewings import mails
from monolith.viewings.models import Status, Viewing

STATUSES = {
    events.ViewingBooked: Status.REQUESTED,
    events.ViewingConfirmed: Status.CONFIRMED,
    events.ViewingDeclined: Status.DECLINED,
    events.ViewingCancelled: Status.CANCELLED,
}
_Told = (
    events.ViewingBooked
    | events.ViewingConfirmed
    | events.ViewingDeclined
    | events.ViewingCancelled
)


def letter(event: DomainEvent, account_id: int) -> EmailMessage | None:
    """Return the person's mail about the event, if there is one to send."""
    if not isinstance(event, _Told):
        return None
    found = Viewing.objects.select_related("listing", "agent", "account")
    viewing = found.filter(pk=event.viewing_id, status=STATUSES[type(event)]).first()
    people = (viewing.agent, viewing.account) if viewing else ()
    person = next((each for each in people if each and each.pk == account_id), None)
    if viewing is None or person is None:
        return None
    by_agent = isinstance(event, events.ViewingCancelled) and event.by_agent
    return mails.letter(viewing, person, by_agent=by_agent)
