"""Whether it is known by now what an overview is about to take for all that happened.

Enters: a planned overview. Leaves: nothing, or a moment at which to ask again.

An overview tells what happened up to its slot. That was told before the slot was, and by the same
connector: so it is in its topic by then, but for what the connector's producer has under way, which
`config.settling` is for; and it is known here once the consumer has passed the topics' ends of that
moment.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from cdc.contracts.tables import SAVED_SEARCHES
from cdc.contracts.topics import LISTING_EVENTS
from consumers.notifications.errors import Soon
from consumers.notifications.ledger.models import Notification
from consumers.runtime import steady
from consumers.runtime.points import Points
from consumers.runtime.settings import setting

_log = logging.getLogger(__name__)
# What overviews are made of. How a home became is asked of its own row.
NEWS = (LISTING_EVENTS, SAVED_SEARCHES.topic)


def check_news(row: Notification) -> None:
    """Raise ``Soon`` until all is known that happened, for as long as the overview is worth it."""
    config, now = settings.NOTIFICATIONS, timezone.now()
    if points(config.ends).is_passed(_told_by(row, now).timestamp()):
        return
    if steady.earliest() - row.planned_at > config.oldest:
        _log.warning("unsettled notification=%s", row.pk)
        return
    # Waits become longer as it does.
    wait = min(max(now - row.planned_at, config.settling), config.patience)
    raise Soon("What happened is not read up to the slot.", now + wait, is_held=False)


def _told_by(row: Notification, now: datetime) -> datetime:
    """Return when all was in its topic that the letter is to know."""
    settling: timedelta = settings.NOTIFICATIONS.settling
    # What a clock that was ahead has planned was planned before now.
    is_ahead = row.planned_at > now + steady.DRIFT
    return now - settling if is_ahead else row.planned_at + settling


@cache
def points(ends: str) -> Points:
    """Return this process's own, for topics whose ends are asked of whatever has that path."""
    return Points(replace(setting("CONSUMER_CONFIG"), topics=NEWS), import_string(ends))
