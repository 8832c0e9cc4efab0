"""What should have been done by now: rows that wait longer than a queue takes leave as numbers."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from monolith.alerts.models import Alert, Change, Kind, State

PATIENCE = timedelta(seconds=20)
# Enough for one sweep: what is queued already would only be queued twice.
AT_ONCE = 1000
# What a mail server refuses is put off for less; an overview waits for a morning.
_LONGEST, _LONGEST_OF_OVERVIEWS = timedelta(hours=1), timedelta(days=2)


def mend() -> None:
    """Bring back what a clock that was wrong has put off too far."""
    now, planned = timezone.now(), Alert.objects.filter(state=State.PLANNED)
    soon = planned.exclude(kind=Kind.DIGEST).filter(due_at__gt=now + _LONGEST)
    lost = soon | planned.filter(due_at__gt=now + _LONGEST_OF_OVERVIEWS)
    lost.update(due_at=now)


def changes() -> "QuerySet[Change, int]":
    late = Change.objects.filter(handled_at__isnull=True, happened_at__lt=timezone.now() - PATIENCE)
    return late.order_by("id").values_list("pk", flat=True)[:AT_ONCE]


def alerts() -> "QuerySet[Alert, int]":
    late = Alert.objects.filter(state=State.PLANNED, due_at__lt=timezone.now() - PATIENCE)
    return late.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]
