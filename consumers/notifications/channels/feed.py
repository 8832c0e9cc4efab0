"""Letters as items on the person's own page; the row is the delivery, so it may be made twice."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, transaction

from consumers.notifications.channels.port import ChannelAway, Deliver, Letter
from consumers.notifications.ledger import erased
from consumers.notifications.ledger.models import FeedItem


class FeedChannel:
    needs_address = False
    disturbs = False
    is_repeatable = True

    @contextmanager
    def opened(self) -> Iterator[Deliver]:
        yield _deliver


def _deliver(letter: Letter) -> None:
    words = {"account_id": letter.account_id, "subject": letter.subject[:200], "path": letter.path}
    try:
        with transaction.atomic():
            if erased.is_living(letter.account_id):
                FeedItem.objects.get_or_create(notification_id=letter.id, defaults=words)
    except Error as error:
        raise ChannelAway(f"The feed takes nothing: {error}") from error
