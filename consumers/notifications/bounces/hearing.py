"""A provider's report becomes a state of the ledger: an event of django-anymail enters.

The mail names its notification in the metadata or the tag that the provider gives back, or by its
Message-ID.
A report may come twice, late, in any order, and before the worker has written down that the mail
is sent: a state only ever moves on, from sent over delivered and bounced to complained, and with it
go all that the mail told.
"""

import logging
import re
from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from consumers.notifications.bounces import suppressions
from consumers.notifications.bounces.models import Why
from consumers.notifications.ledger import erased
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.sending.links import Subscription
from consumers.notifications.site import choices

METADATA = "notification"
_OPEN = (State.SENDING, State.SENT, State.UNKNOWN)
# From which states each is reached.
_AFTER: dict[State, tuple[State, ...]] = {
    State.DELIVERED: _OPEN,
    State.BOUNCED: (*_OPEN, State.DELIVERED),
    State.COMPLAINED: (*_OPEN, State.DELIVERED, State.BOUNCED),
}
_FOR_GOOD = {RejectReason.INVALID, RejectReason.BOUNCED}
_MESSAGE_ID = re.compile(r"<?([0-9a-f-]{36})@")
# A reply code of SMTP, plain or enhanced: of those with a 4 a later try may succeed.
_CODE = re.compile(r"(?<![\d.])([245])(?:\d\d(?!\d)|\.\d{1,3}\.\d{1,3})")
_log = logging.getLogger(__name__)


def hear(sender: object, event: AnymailTrackingEvent, esp_name: str, **_: Any) -> None:
    """Write down what became of a mail; what is no mail of ours is passed over."""
    number = _number_of(event)
    is_ours = number is not None and _is_heard(number, event)
    what = "report" if is_ours else "report_of_no_mail_of_ours"
    _log.info("%s notification=%s provider=%s type=%s", what, number, esp_name, event.event_type)


@transaction.atomic
def _is_heard(number: UUID, event: AnymailTrackingEvent) -> bool:
    mails = Notification.objects.filter(pk=number, channel="email")
    whose = mails.values_list("account_id", flat=True).first()
    # Asked before a row is locked: an erasure that is under way has to go through them all.
    if whose is None or not erased.is_living(whose):
        return False
    # Locked before those in its letter, as whoever sends it locks them.
    row = mails.select_for_update().first()
    if row is not None:
        _apply(row, event)
    return row is not None


def _apply(row: Notification, event: AnymailTrackingEvent) -> None:
    address = event.recipient or ""
    match event.event_type:
        case EventType.DELIVERED:
            _move(row, State.DELIVERED)
        case EventType.COMPLAINED:
            _move(row, State.COMPLAINED)
            suppressions.suppress(row.account_id, Why.COMPLAINED, address)
        case EventType.REJECTED if event.reject_reason == RejectReason.SPAM:
            _move(row, State.BOUNCED, "The provider has a complaint of the person.")
            suppressions.suppress(row.account_id, Why.COMPLAINED, address)
        case EventType.BOUNCED | EventType.REJECTED:
            _move(row, State.BOUNCED, f"It came back: {event.reject_reason or 'no reason told'}.")
            if event.reject_reason in _FOR_GOOD and not _is_soft(event):
                suppressions.suppress(row.account_id, Why.BOUNCED, address)
        case EventType.UNSUBSCRIBED:
            choices.unsubscribe(Subscription(row.account_id, row.kind))


def _move(row: Notification, state: State, reason: str = "") -> None:
    told = Q(pk=row.pk) | Q(told_with=row.pk)
    open_ones = Notification.objects.filter(told, state__in=_AFTER[state])
    open_ones.update(
        state=state, reason=reason or F("reason"), sent_at=Coalesce(F("sent_at"), Now())
    )


def _number_of(event: AnymailTrackingEvent) -> UUID | None:
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    found = _MESSAGE_ID.match(str(event.message_id or ""))
    names = (metadata.get(METADATA), found and found.group(1), *(event.tags or ()))
    try:
        return UUID(str(next(filter(None, names), "")))
    except ValueError:
        return None


def _is_soft(event: AnymailTrackingEvent) -> bool:
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    if raw.get("Type") == "SoftBounce":
        return True
    codes = _CODE.findall(str(event.mta_response or ""))
    return bool(codes) and "5" not in codes and "4" in codes
