"""What is of no use any more goes: rows enter, fewer rows leave.

The ledger remembers for longer than any record can come again, so that a replay finds what it
planned; what happened to homes is kept for as long as its topic keeps it.
"""

from django.conf import settings
from django.db.models import Model, Q

from consumers.notifications.endpoints import models as webhooks
from consumers.notifications.ledger.models import (
    FeedItem,
    Intervention,
    Notification,
    State,
    Waiting,
)
from consumers.notifications.models import Change, Digest, Message
from consumers.notifications.shadow import noting as shadow
from consumers.runtime import steady

# Of each table in one transaction; the rest waits for the next call.
AT_ONCE = 5000


def prune() -> int:
    """Remove what is too old; return how many rows went."""
    config, now = settings.NOTIFICATIONS, steady.earliest()
    kept, news, undecided = now - config.kept, now - config.news_kept, now - config.oldest
    is_open = Q(state__in=[State.PLANNED, State.SENDING])
    return sum(
        (
            _remove(Notification, Q(planned_at__lt=kept) & ~is_open),
            _remove(FeedItem, Q(made_at__lt=kept)),
            _remove(Change, Q(happened_at__lt=news)),
            _remove(Message, Q(happened_at__lt=news)),
            _remove(Digest, Q(slot__lt=news)),
            _remove(webhooks.Message, Q(happened_at__lt=news)),
            _remove(Intervention, Q(at__lt=kept)),
            # Its home never came: it was deleted before anybody could be told.
            _remove(Waiting, Q(since__lt=undecided)),
            shadow.prune(news, AT_ONCE),
        )
    )


def _remove(model: type[Model], old: Q) -> int:
    rows = model._default_manager.filter(old).values("pk")[:AT_ONCE]
    return model._default_manager.filter(pk__in=rows).delete()[0]
