"""The channels that there are, by the name that stands in the ledger; README.md adds another."""

from consumers.notifications.channels.email import EmailChannel
from consumers.notifications.channels.feed import FeedChannel
from consumers.notifications.channels.port import Channel
from consumers.notifications.channels.webhook import WebhookChannel

CHANNELS: dict[str, Channel] = {
    "email": EmailChannel(),
    "feed": FeedChannel(),
    "webhook": WebhookChannel(),
}
# Those that people choose among, in the words of their page; a webhook is an agency's.
PERSONAL = {"email": "by mail", "feed": "on this page"}
