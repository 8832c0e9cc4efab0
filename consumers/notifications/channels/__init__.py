"""The channels that there are, by the name that stands in the ledger."""

from consumers.notifications.channels.email import EmailChannel
from consumers.notifications.channels.feed import FeedChannel
from consumers.notifications.channels.port import Channel

CHANNELS: dict[str, Channel] = {"email": EmailChannel(), "feed": FeedChannel()}
