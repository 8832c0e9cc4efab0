"""What should have been done by now: rows that wait longer than a queue takes leave as numbers."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from monolith.alerts.models import Alert, Change, HandedBack, State

PATIENCE = timedelta(seconds=20)
# Enough for one sweep: what is queued already would only be queued twice.
AT_ONCE = 1000


def changes() -> "QuerySet[Change, int]":
    late = Change.objects.filter(handled_at__isnull=True, happened_at__lt=timezone.now() - PATIENCE)
    return late.order_by("id").values_list("pk", flat=True)[:AT_ONCE]


def alerts() -> "QuerySet[Any, int]":
    return _mails(Alert.objects.all())


def given_back() -> "QuerySet[Any, int]":
    return _mails(HandedBack.objects.all())


def _mails(rows: "QuerySet[Any]") -> "QuerySet[Any, int]":
    late = rows.filter(state=State.PLANNED, due_at__lt=timezone.now() - PATIENCE)
    return late.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]
