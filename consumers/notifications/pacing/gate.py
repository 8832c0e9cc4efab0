"""How fast mails go to their provider: a bucket of tokens in PostgreSQL, for all workers together.

Enters: the hour, on a clock that is passed in. Leaves: nothing, or a later moment. A clock that
jumps ahead fills the bucket once, one that jumps back fills nothing until it goes on. A provider
that says “too fast” closes the gate, for twice as long each time, until a mail went through.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from consumers.notifications.errors import Later
from consumers.notifications.pacing.models import Gate

# As many seconds' worth of mails may go at once: between two sweeps no token is lost.
_BURST_S = 10
_TAKE = """
    insert into notifications_pacing_gate as gate (name, tokens, filled_at, refusals)
    values (%(name)s, %(burst)s - 1, %(now)s, 0)
    on conflict (name) do update set
        tokens = least(%(burst)s, gate.tokens
            + greatest(0, extract(epoch from %(now)s - gate.filled_at)) * %(rate)s) - 1,
        filled_at = %(now)s
    returning tokens
"""


def take(name: str, now: datetime) -> bool:
    """Take a token; return whether the provider wanted a pause, and nothing went through since.

    Raises ``Later`` when there is none, or the pause is not over.
    """
    gate = Gate.objects.filter(pk=name).first()
    if gate and gate.closed_until and gate.closed_until > now:
        if gate.closed_until - now <= settings.NOTIFICATIONS.longest_wait:
            raise Later("The mails' provider wants a pause.", gate.closed_until, is_held=False)
        # A clock was wrong when it was closed.
        Gate.objects.filter(pk=name).update(closed_until=None)
    rate: float = settings.NOTIFICATIONS.mails_per_second
    if rate:
        _take(name, now, rate)
    return bool(gate and gate.refusals)


def close(name: str, now: datetime) -> None:
    """Let nothing through for a while, as the provider asked."""
    config = settings.NOTIFICATIONS
    with transaction.atomic():
        gate, _ = Gate.objects.select_for_update().get_or_create(
            pk=name, defaults={"filled_at": now}
        )
        wait = min(config.first_wait * 2 ** min(gate.refusals, 20), config.longest_wait)
        gate.refusals, gate.closed_until = gate.refusals + 1, now + wait
        gate.save()


def went_through(name: str) -> None:
    """Forget how often the provider wanted a pause."""
    Gate.objects.filter(pk=name, refusals__gt=0).update(refusals=0, closed_until=None)


def _take(name: str, now: datetime, rate: float) -> None:
    asked: dict[str, Any] = {
        "name": name,
        "now": now,
        "rate": rate,
        "burst": max(1.0, rate * _BURST_S),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, asked)
        (left,) = cursor.fetchone()
        if left >= 0:
            return
        # None was there: what has come together so far stays.
        Gate.objects.filter(pk=name).update(tokens=left + 1)
    wait = timedelta(seconds=-left / rate)
    raise Later("As many mails went as may go at once.", now + wait, is_held=False)
