"""A gate before each provider: it says whether letters go now, and which go first.

Enters: a due row and the hour, on a clock that is passed in. Leaves: nothing, or the row stays, and
waits at the gate. A provider that is away, or wants a pause, shuts its gate: then nothing is tried
but one letter at a time, the oldest, and longer apart each time. Once one went through, all that
waited leave in order of age. Mails may be so many a second: a bucket of tokens, for all workers
together. A clock that jumps ahead fills it once, one that jumps back fills nothing until it goes
on. An agency's endpoint has a gate of its own.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from consumers.notifications.errors import AtGate
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.pacing.models import Gate

# Enough for one sweep: what is queued already would only be queued twice.
AT_ONCE = 2000
# As many seconds' worth of mails may go at once: between two sweeps no token is lost.
_BURST_S = 10
_RATED = "email"
_SHUT = "Whoever takes it does not answer, or wants a pause."
_TAKE = """
    insert into notifications_pacing_gate as gate (name, tokens, filled_at, refusals)
    values (%(name)s, %(burst)s - 1, %(now)s, 0)
    on conflict (name) do update set
        tokens = least(%(burst)s, gate.tokens
            + greatest(0, extract(epoch from %(now)s - gate.filled_at)) * %(rate)s) - 1,
        filled_at = %(now)s
    returning tokens
"""


def name_of(row: Notification) -> str:
    """Return at which gate the row waits."""
    return row.channel if row.endpoint_id is None else f"{row.channel}/{row.endpoint_id}"


def check(row: Notification, now: datetime) -> bool:
    """Return whether the row would be the one that is tried at a shut gate.

    Raises ``AtGate`` when it is another one's turn, or nobody's.
    """
    name = name_of(row)
    gate = Gate.objects.filter(pk=name).first()
    if gate is not None and gate.refusals:
        others = _next_at(gate, now)
        if others is None or others.filter(_before(row)).exists():
            raise AtGate(_SHUT, gate.closed_until or now)
        return True
    # Those before it may go at this very moment, in other workers, as far as tokens reach.
    before = _waiting(name, now).filter(_before(row)).count() if _rate(name) else 0
    if before and before + 1 > _tokens(gate, name, now):
        raise AtGate("Others waited longer.", now)
    return False


def enter(row: Notification, now: datetime, *, is_tried: bool) -> None:
    """Let the row through, as ``check`` said.

    Raises ``AtGate`` when another one is tried just now, or as many went as may go.
    """
    name = name_of(row)
    if is_tried:
        shut = Gate.objects.filter(pk=name, refusals__gt=0)
        until = now + settings.NOTIFICATIONS.longest_closed
        if not shut.filter(_is_over(now)).update(closed_until=until):
            raise AtGate(_SHUT, until)
    elif rate := _rate(name):
        _take(name, now, rate)


def close(row: Notification, now: datetime, pause: timedelta | None = None) -> timedelta:
    """Let nothing through for a while, or for the ``pause`` that was asked for; return how long."""
    config = settings.NOTIFICATIONS
    with transaction.atomic():
        gate, _ = Gate.objects.select_for_update().get_or_create(
            pk=name_of(row), defaults={"filled_at": now}
        )
        wait: timedelta = config.first_wait * 2 ** min(gate.refusals, 20)
        wait = min(wait, config.longest_closed)
        if pause is not None:
            wait = min(pause, config.longest_wait)
        gate.refusals, gate.closed_until = gate.refusals + 1, now + wait
        gate.save()
    return wait


def try_next(row: Notification, now: datetime) -> None:
    """Let the next one be tried at once, as this one came to nothing that tells of the gate."""
    Gate.objects.filter(pk=name_of(row), refusals__gt=0).update(closed_until=now)


def open_again(row: Notification, now: datetime) -> list[UUID]:
    """Let all through; return those that waited, in order of age."""
    name = name_of(row)
    Gate.objects.filter(pk=name).update(refusals=0, closed_until=None)
    return _first_of(name, now)


def turns(now: datetime) -> list[UUID]:
    """Return those of all gates whose turn it is: of a shut one, one at most."""
    waiting = Notification.objects.filter(state=State.PLANNED).exclude(waits_at="")
    names = waiting.order_by("waits_at").values_list("waits_at", flat=True).distinct()
    shut = {gate.name: gate for gate in Gate.objects.filter(pk__in=names, refusals__gt=0)}
    return [number for name in names for number in _turns_at(name, shut.get(name), now)]


def _turns_at(name: str, shut: Gate | None, now: datetime) -> list[UUID]:
    if shut is None:
        return _first_of(name, now)
    others = _next_at(shut, now)
    return [] if others is None else list(others.values_list("pk", flat=True)[:1])


def _first_of(name: str, now: datetime) -> list[UUID]:
    most = int(_burst(_rate(name))) if _rate(name) else AT_ONCE
    return list(_waiting(name, now).values_list("pk", flat=True)[:most])


def _next_at(gate: Gate, now: datetime) -> QuerySet[Notification] | None:
    """Return who is tried next at a shut gate, and those behind; None while nobody is.

    Who was tried often goes behind the others: it may be the letter that is to blame.
    """
    config = settings.NOTIFICATIONS
    until = gate.closed_until
    # A clock was wrong when it was closed for longer than anybody may.
    if until is not None and now < until <= now + config.longest_wait:
        return None
    waiting = _waiting(gate.name, now)
    tried = waiting.values_list("planned_at", flat=True)
    times = list(tried[: gate.refusals // config.most_attempts])
    behind = waiting.filter(planned_at__gt=times[-1]) if times else waiting
    return behind if behind.exists() else waiting


def _waiting(name: str, now: datetime) -> QuerySet[Notification]:
    rows = Notification.objects.filter(
        waits_at=name, state=State.PLANNED, due_at__lte=now, told_with=None
    )
    return rows.order_by("planned_at", "pk")


def _before(row: Notification) -> Q:
    return Q(planned_at__lt=row.planned_at) | Q(planned_at=row.planned_at, pk__lt=row.pk)


def _is_over(now: datetime) -> Q:
    longest = settings.NOTIFICATIONS.longest_wait
    return Q(closed_until=None) | Q(closed_until__lte=now) | Q(closed_until__gt=now + longest)


def _rate(name: str) -> float:
    rate: float = settings.NOTIFICATIONS.mails_per_second
    return rate if name == _RATED else 0.0


def _burst(rate: float) -> float:
    return max(1.0, rate * _BURST_S)


def _tokens(gate: Gate | None, name: str, now: datetime) -> float:
    rate = _rate(name)
    if gate is None:
        return _burst(rate)
    since = max(0.0, (now - gate.filled_at).total_seconds())
    return min(_burst(rate), gate.tokens + since * rate)


def _take(name: str, now: datetime, rate: float) -> None:
    asked: dict[str, Any] = {"name": name, "now": now, "rate": rate, "burst": _burst(rate)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, asked)
        (left,) = cursor.fetchone()
        if left >= 0:
            return
        # None was there: what has come together so far stays.
        Gate.objects.filter(pk=name).update(tokens=left + 1)
    wait = timedelta(seconds=-left / rate)
    raise AtGate("As many mails went as may go at once.", now + wait)
