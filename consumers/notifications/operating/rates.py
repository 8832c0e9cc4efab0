"""How fast letters leave, and where they end badly: the ledger enters, lines of numbers leave.

A provider is who takes a channel's letters now; of mails the settings name it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet

from consumers.notifications.bounces.models import Suppression
from consumers.notifications.ledger.models import Kind, Notification, State

LATELY = timedelta(hours=1)
_DAY = timedelta(days=1)
_BAD = (State.FAILED, State.UNKNOWN, State.BOUNCED, State.COMPLAINED)


class _Percentile(Aggregate):
    """Below what the given share of the values is, by PostgreSQL."""

    template = "percentile_cont(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def sent_since(moment: datetime) -> QuerySet[Notification]:
    """Return what left; some of it was delivered since, or came back."""
    return Notification.objects.filter(sent_at__gt=moment)


def left_at_once() -> Q:
    """Choose what nobody held back: not for its person's morning, nor to come with others."""
    return Q(is_held=False) & ~Q(kind=Kind.DIGEST)


def by_kind(now: datetime) -> list[dict[str, Any]]:
    """Return how many of each kind left in the last hour, and in how many seconds after the plan.

    The seconds are None when all of them were held.
    """
    took = F("sent_at") - F("planned_at")
    found = (
        sent_since(now - LATELY)
        .values("kind", "channel")
        .annotate(
            sent=Count("pk"),
            p50=_Percentile(took, share=0.5, filter=left_at_once()),
            p95=_Percentile(took, share=0.95, filter=left_at_once()),
        )
    )
    return [
        {**row, "p50": _seconds(row["p50"]), "p95": _seconds(row["p95"])}
        for row in found.order_by("kind", "channel")
    ]


def failures(now: datetime) -> list[dict[str, Any]]:
    """Return what ended badly in the last day, by who had taken it or would not."""
    # A claim's end stays when the letter's end is written down.
    lately = Notification.objects.filter(state__in=_BAD, due_at__gt=now - _DAY)
    found = lately.values("channel", "state").annotate(count=Count("pk"))
    return [
        {"provider": provider(row["channel"]), **row} for row in found.order_by("channel", "state")
    ]


def suppressions() -> list[dict[str, Any]]:
    """Return how many get no mails any more, by reason."""
    found = Suppression.objects.values("why").annotate(count=Count("pk")).order_by("why")
    return [dict(row) for row in found]


def provider(channel: str) -> str:
    """Return who takes the channel's letters: of mails the name of the backend, as `smtp`."""
    if channel != "email":
        return channel
    backend: str = settings.EMAIL_BACKEND
    return backend.split(".")[-2]


def _seconds(took: timedelta | None) -> float | None:
    return round(took.total_seconds(), 3) if took is not None else None
