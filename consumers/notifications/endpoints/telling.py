"""What agencies are told: events about their agent's homes enter, rows of the ledger leave.

An agency hears what somebody else did to its homes and what its own systems cannot know:
enquiries, viewings that are booked or called off, and a home's way through the market. Prices it
sets itself. Whom a stamp names is not asked: the monolith has no webhooks, so nothing is doubled
when the service sends what only an endpoint's owner can have asked for, and nothing is lost while
mails of the same kind are still the monolith's.
"""

from datetime import datetime
from typing import Any

from django.conf import settings

from cdc.contracts.envelope import Envelope
from cdc.contracts.events import EnquirySent, ViewingBooked, ViewingCancelled
from cdc.contracts.notification_ids import id_of
from consumers.notifications.endpoints.models import Endpoint, Heard, Message
from consumers.notifications.ledger import erased
from consumers.notifications.ledger.models import Notification
from consumers.notifications.ledger.queueing import queue_after_commit
from consumers.notifications.models import Change, Home, What
from consumers.runtime import steady

CHANNEL = "webhook"
Heralded = EnquirySent | ViewingBooked | ViewingCancelled


def tell(event: Heralded, envelope: Envelope) -> None:
    """Plan what an agent's endpoints hear of an enquiry or a viewing."""
    data: dict[str, Any]
    match event:
        case EnquirySent():
            kind, type_, data = Heard.ENQUIRY, "enquiry.sent", {"enquiry_id": event.enquiry_id}
        case ViewingBooked():
            kind, type_, data = Heard.VIEWING, "viewing.booked", _viewing(event)
        case ViewingCancelled():
            kind, type_, data = Heard.VIEWING, "viewing.cancelled", _viewing(event)
            data["by_agent"] = event.by_agent
    message = Message(
        event_id=envelope.message_id,
        account_id=event.agent_id,
        type=type_,
        happened_at=envelope.timestamp,
        data={"listing_id": event.listing_id, **data},
    )
    _plan(kind, message, event.listing_id)


def tell_of_home(change: Change, home: Home) -> None:
    """Plan what the endpoints of a home's agent hear of its way through the market."""
    if home.agent_id is None or change.what == What.REDUCED:
        return
    message = Message(
        event_id=change.event_id,
        account_id=home.agent_id,
        type="listing.status",
        happened_at=change.happened_at,
        data={"listing_id": home.pk, "status": change.new_status},
    )
    _plan(Heard.STATUS, message, home.pk)


def is_listened_to(what: str) -> bool:
    """Say whether any agency hears of such changes at all."""
    return what != What.REDUCED and _listening(Heard.STATUS).exists()


def listeners(home: Home) -> list[Endpoint]:
    """Return the endpoints that hear of this home's way through the market."""
    return list(_listening(Heard.STATUS).filter(account_id=home.agent_id))


def _plan(kind: Heard, message: Message, listing_id: int) -> None:
    if not _is_news(message.happened_at):
        return
    found = _listening(kind).filter(account_id=message.account_id)
    planned = [
        Notification(
            id=id_of(message.event_id, each.account_id, kind, f"{CHANNEL}/{each.pk}"),
            event_id=message.event_id,
            account_id=each.account_id,
            kind=kind,
            channel=CHANNEL,
            endpoint_id=each.pk,
            listing_id=listing_id,
        )
        for each in found
    ]
    if planned and erased.is_living(message.account_id):
        Message.objects.bulk_create([message], ignore_conflicts=True)
        Notification.objects.bulk_create(planned, ignore_conflicts=True)
        queue_after_commit([each.pk for each in planned])


def _listening(kind: Heard) -> Any:
    return Endpoint.objects.filter(is_active=True, kinds__contains=[str(kind)]).order_by("pk")


def _is_news(happened_at: datetime) -> bool:
    return happened_at > steady.earliest() - settings.NOTIFICATIONS.oldest


def _viewing(event: ViewingBooked | ViewingCancelled) -> dict[str, Any]:
    return {"viewing_id": event.viewing_id, "starts_at": event.starts_at}
