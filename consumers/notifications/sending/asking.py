"""Letters of which nobody knows: a provider that can tell is asked, and the row moves on.

Enters: rows that are unknown, on channels that can be asked. Leaves: what was taken is sent, what
never came is planned again, and the rest stays as it is. Nobody is asked before the claim that was
broken off is over, so that a provider has had minutes to find the letter itself.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from consumers.notifications.channels import CHANNELS
from consumers.notifications.channels.port import ChannelAway, Fate, Tells
from consumers.notifications.ledger.models import Notification, State
from consumers.runtime import steady

# As many as one sweep asks about, and for how long; each is a request.
_AT_ONCE, _BUDGET_S = 20, 10.0
# Names the lock of whoever asks.
ASKING = 7_388
_log = logging.getLogger(__name__)


def ask(ticks: Callable[[], float] = time.monotonic) -> int:
    """Ask about what is unknown and due; return of how many it is known now.

    Blocks for some seconds and one answer more; does nothing while another worker asks.
    """
    with _alone() as is_ours:
        return _ask(ticks, ticks() + _BUDGET_S) if is_ours else 0


def _ask(ticks: Callable[[], float], until: float) -> int:
    known = 0
    for name, channel in _telling().items():
        for row in _unknown(name):
            if ticks() >= until:
                return known
            try:
                fate = channel.told(str(row.pk))
            except ChannelAway as reason:
                _log.warning("not_told notification=%s reason=%s", row.pk, reason)
                break
            known += _heed(row, fate)
    return known


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ASKING])
        ((is_ours,),) = cursor.fetchall()
        try:
            yield is_ours
        finally:
            # A connection that is gone has let go of it.
            if is_ours and not connection.needs_rollback and connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ASKING])


def _telling() -> dict[str, Tells]:
    found = {name: each for name, each in CHANNELS.items() if isinstance(each, Tells)}
    return {name: channel for name, channel in found.items() if channel.can_tell}


def _unknown(channel: str) -> list[Notification]:
    config, now = settings.NOTIFICATIONS, steady.earliest()
    rows = Notification.objects.filter(
        channel=channel,
        state=State.UNKNOWN,
        due_at__lte=now,
        planned_at__gt=now - config.oldest,
        waits__lt=config.most_attempts,
        # Who was told in another's letter goes with it: no mail ever had their number.
        told_with=None,
    )
    return list(rows.order_by("planned_at")[:_AT_ONCE])


@transaction.atomic
def _heed(row: Notification, fate: Fate) -> bool:
    now = timezone.now()
    told = Q(pk=row.pk) | Q(told_with=row.pk)
    rows = Notification.objects.filter(told, state=State.UNKNOWN)
    # It may have been sent again while its provider was asked.
    if not rows.select_for_update().filter(pk=row.pk, due_at=row.due_at).exists():
        return False
    facts: dict[str, Any]
    match fate:
        case Fate.TAKEN:
            facts = {"state": State.SENT, "sent_at": now, "reason": "Its provider has it."}
        case Fate.NEVER_CAME:
            facts = {
                "state": State.PLANNED,
                "told_with": None,
                "waits": 0,
                "due_at": now,
                "reason": "Its provider never had it.",
            }
        case Fate.UNKNOWN:
            wait = settings.NOTIFICATIONS.longest_wait
            facts = {"waits": row.waits + 1, "due_at": now + wait}
    _log.info("told notification=%s fate=%s", row.pk, fate)
    return bool(rows.update(**facts)) and fate != Fate.UNKNOWN
