"""Whether it is known by now what somebody kept and wanted when a home changed.

Enters: a planned match that would be the monolith's, were the home a favourite. Leaves: nothing,
or a moment at which to ask again.

Rows of homes, favourites and opt-outs come by one connector in the order of the monolith's log,
and a match is planned with the home's row at hand. So whatever was kept before the change is in
its topic by then, but for what the connector's producer has under way, which `config.settling` is
for; and it is known here once the consumer has passed the topics' ends of that moment.
"""

import logging
from dataclasses import replace
from functools import cache

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from cdc.contracts.tables import FAVOURITES, OPT_OUTS
from consumers.notifications.errors import Soon
from consumers.notifications.ledger.models import Notification
from consumers.runtime.points import Points
from consumers.runtime.settings import setting

_log = logging.getLogger(__name__)


def check(row: Notification) -> None:
    """Raise ``Soon`` until it is known, or for as long as is waited at most."""
    config, now = settings.NOTIFICATIONS, timezone.now()
    if points(config.ends).is_passed((row.planned_at + config.settling).timestamp()):
        return
    if now - row.planned_at > config.longest_settling:
        _log.warning("unsettled notification=%s", row.pk)
        return
    # Waits become longer as it does.
    wait = min(now - row.planned_at, config.patience)
    raise Soon("Favourites are not read up to the change.", now + wait, is_held=False)


@cache
def points(ends: str) -> Points:
    """Return this process's own, which are asked of whatever has that path."""
    topics = (FAVOURITES.topic, OPT_OUTS.topic)
    return Points(replace(setting("CONSUMER_CONFIG"), topics=topics), import_string(ends))
