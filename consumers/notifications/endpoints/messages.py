"""A planned row becomes a signed message: by Standard Webhooks, anew at each attempt.

The id is the notification's and stays, so that an agency knows what it has already; the time that
is signed is the attempt's. What happened is told as it was: nothing is looked at again but whether
the endpoint still wants it.
"""

import json
from datetime import UTC

from django.conf import settings
from django.utils import timezone
from standardwebhooks import Webhook

from consumers.notifications.channels.port import Letter
from consumers.notifications.endpoints.models import Endpoint, Message
from consumers.notifications.errors import NotWanted
from consumers.notifications.ledger.models import Notification
from consumers.runtime import steady


def write(notification: Notification) -> Letter:
    """Return what is posted to the endpoint. Raises ``NotWanted``."""
    endpoint = Endpoint.objects.filter(pk=notification.endpoint_id or 0).first()
    message = Message.objects.filter(pk=notification.event_id).first()
    if endpoint is None or message is None:
        raise NotWanted("The endpoint is gone.")
    if not endpoint.is_active:
        raise NotWanted("The endpoint is switched off.")
    now = timezone.now()
    if notification.planned_at < steady.earliest() - settings.NOTIFICATIONS.oldest:
        raise NotWanted("It is old by now.")
    text, number = _text(message), str(notification.pk)
    return Letter(
        id=number,
        account_id=endpoint.account_id,
        subject=message.type,
        text=text,
        to=endpoint.url,
        headers={
            "webhook-id": number,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(endpoint.secret()).sign(number, now.astimezone(UTC), text),
        },
    )


def _text(message: Message) -> str:
    said = {
        "type": message.type,
        "timestamp": message.happened_at.isoformat(),
        "data": message.data,
    }
    return json.dumps(said, separators=(",", ":"))
