"""Enquiries and viewings: an event enters, who of the two sides is told what leaves.

Nobody can switch these off: somebody waits for an answer. What people wrote is in no event, so a
letter leads to the page where it stands.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cdc.contracts.envelope import Envelope
from cdc.contracts.events import (
    DomainEvent,
    EnquiryAnswered,
    EnquirySent,
    ViewingBooked,
    ViewingCancelled,
    ViewingConfirmed,
    ViewingDeclined,
)
from cdc.contracts.handled_by import Stamp
from cdc.contracts.notification_ids import id_of
from consumers.notifications.errors import NotNow, NotWanted
from consumers.notifications.ledger.models import Kind, Notification
from consumers.notifications.models import Home, Message
from consumers.notifications.pacing import pace
from consumers.notifications.pacing.models import HERE
from consumers.notifications.sending import wording
from consumers.runtime import steady

_WHATS: dict[type[DomainEvent], str] = {
    ViewingBooked: "requested",
    ViewingConfirmed: "confirmed",
    ViewingDeclined: "declined",
    ViewingCancelled: "cancelled",
}
_SUBJECTS = {
    "requested": "Viewing asked for",
    "confirmed": "Viewing confirmed",
    "declined": "Viewing declined",
    "cancelled": "Viewing cancelled",
}


def about_enquiry(event: EnquirySent | EnquiryAnswered, envelope: Envelope) -> Message | None:
    """Give what is told of an enquiry; None for an answer that was no mail."""
    if isinstance(event, EnquiryAnswered):
        return _message(event, envelope, "answered") if event.reply_id else None
    return _message(event, envelope, "sent")


def about_viewing(
    event: ViewingBooked | ViewingConfirmed | ViewingDeclined | ViewingCancelled,
    envelope: Envelope,
) -> Message:
    """Give what is told of a viewing."""
    message = _message(event, envelope, _WHATS[type(event)])
    message.starts_at = datetime.fromisoformat(event.starts_at)
    message.by_agent = isinstance(event, ViewingCancelled) and event.by_agent
    return message


def plan(message: Message) -> list[Notification]:
    """Return the letters to plan for those of both sides that are the service's."""
    stamp = Stamp.parse(message.handled_by)
    return [
        Notification(
            id=id_of(message.event_id, person, message.kind),
            event_id=message.event_id,
            account_id=person,
            kind=message.kind,
        )
        for person in sides(message)
        if stamp.handles(message.kind, person)
    ]


def sides(message: Message) -> list[int]:
    """Return whom it concerns: both, but of an answer the one who asked."""
    both = {message.account_id} | ({message.agent_id} if message.what != "answered" else set())
    return sorted(each for each in both if each is not None)


def check(message: Message) -> None:
    """Raise ``NotWanted`` for what is over, or was changed once more."""
    if message.kind != Kind.VIEWING:
        return
    later = Message.objects.filter(kind=message.kind, number=message.number)
    if later.filter(version__gt=message.version).exists():
        raise NotWanted("The viewing changed again; that is told by itself.")
    if message.starts_at and message.starts_at < steady.earliest():
        raise NotWanted("The time of the viewing is over.")


def words(message: Message, account_id: int) -> tuple[str, str, dict[str, Any]]:
    """Return a letter's subject, where it leads to, and what its templates say."""
    home = Home.objects.filter(pk=message.listing_id).first()
    if home is None:
        # Its row comes by another topic, and may be late; whom it concerns waits for an answer.
        raise NotNow("The home is not known yet.")
    is_agent = account_id == message.agent_id
    context: dict[str, Any] = {"message": message, "home": home, "is_agent": is_agent}
    if message.starts_at:
        context |= _when(message.starts_at, account_id)
    if message.kind == Kind.VIEWING:
        path = "/agent/viewings/" if is_agent else "/saved/viewings/"
        subject = f"{_SUBJECTS[message.what]}: {home.address}, {context['when']}"
    elif is_agent:
        path, subject = f"/agent/enquiries/{message.number}/", f"Enquiry about {home.address}"
    else:
        asked = "Answer to your" if message.what == "answered" else "Your"
        path, subject = "/saved/enquiries/", f"{asked} enquiry about {home.address}"
    return subject, path, context | {"path": path}


def _message(event: Any, envelope: Envelope, what: str) -> Message:
    is_viewing = type(event) in _WHATS
    return Message(
        event_id=envelope.message_id,
        kind=Kind.VIEWING if is_viewing else Kind.ENQUIRY,
        what=what,
        number=event.viewing_id if is_viewing else event.enquiry_id,
        version=envelope.aggregate_version,
        listing_id=event.listing_id,
        agent_id=event.agent_id,
        account_id=event.account_id,
        happened_at=envelope.timestamp,
        handled_by=envelope.handled_by.text(),
    )


def _when(moment: datetime, account_id: int) -> dict[str, str]:
    """Say a viewing's hour where the home is, and on the person's own clock when that differs."""
    when = wording.clock(moment, ZoneInfo(HERE))
    own = wording.clock(moment, pace.zone_of(account_id))
    return {"when": when, "own_when": own if own != when else ""}
