"""Whether it is known by now what a letter is about to take for true.

Enters: a planned letter. Leaves: nothing, or a moment at which to ask again.

A match that would be the monolith's, were the home a favourite, asks what somebody kept and wanted
when the home changed. Rows of homes, favourites and opt-outs come by one connector in the order of
the monolith's log, and a match is planned with the home's row at hand. So whatever was kept before
the change is in its topic by then, but for what the connector's producer has under way, which
`config.settling` is for; and it is known here once the consumer has passed the topics' ends of that
moment. An overview asks the same of what happened up to its slot: that was told before the slot
was, and by the same connector.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from cdc.contracts.tables import FAVOURITES, OPT_OUTS, SAVED_SEARCHES
from cdc.contracts.topics import LISTING_EVENTS
from consumers.notifications.errors import Soon
from consumers.notifications.ledger.models import Notification
from consumers.runtime import steady
from consumers.runtime.points import Points
from consumers.runtime.settings import setting

_log = logging.getLogger(__name__)


# What somebody keeps, and does not want to hear of.
KEPT = (FAVOURITES.topic, OPT_OUTS.topic)
# What overviews are made of. How a home became is asked of its own row.
NEWS = (LISTING_EVENTS, SAVED_SEARCHES.topic)


def check_kept(row: Notification) -> None:
    """Raise ``Soon`` until it is known what was kept, or for as long as is waited at most."""
    longest = settings.NOTIFICATIONS.longest_settling
    _check(row, KEPT, longest, "Favourites are not read up to the change.")


def check_news(row: Notification) -> None:
    """Raise ``Soon`` until all is known that happened, for as long as the overview is worth it."""
    _check(row, NEWS, settings.NOTIFICATIONS.oldest, "What happened is not read up to the slot.")


def _check(row: Notification, topics: tuple[str, ...], longest: timedelta, reason: str) -> None:
    config, now = settings.NOTIFICATIONS, timezone.now()
    if points(config.ends, topics).is_passed(_told_by(row, now).timestamp()):
        return
    if steady.earliest() - row.planned_at > longest:
        _log.warning("unsettled notification=%s", row.pk)
        return
    # Waits become longer as it does.
    wait = min(max(now - row.planned_at, config.settling), config.patience)
    raise Soon(reason, now + wait, is_held=False)


def _told_by(row: Notification, now: datetime) -> datetime:
    """Return when all was in its topic that the letter is to know."""
    settling: timedelta = settings.NOTIFICATIONS.settling
    # What a clock that was ahead has planned was planned before now.
    is_ahead = row.planned_at > now + steady.DRIFT
    return now - settling if is_ahead else row.planned_at + settling


@cache
def points(ends: str, topics: tuple[str, ...]) -> Points:
    """Return this process's own for the topics, whose ends are asked of whatever has that path."""
    return Points(replace(setting("CONSUMER_CONFIG"), topics=topics), import_string(ends))
