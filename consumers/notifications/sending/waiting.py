"""What should have been done by now: rows that wait longer than a queue takes leave as numbers."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from consumers.notifications.ledger.models import Notification, State

# Enough for one sweep: what is queued already would only be queued twice.
AT_ONCE = 2000


def notifications() -> "QuerySet[Notification, UUID]":
    """Return what is due, in the order in which it was planned."""
    before = timezone.now() - settings.NOTIFICATIONS.patience
    late = Notification.objects.filter(state=State.PLANNED, due_at__lt=before, told_with=None)
    return late.order_by("planned_at").values_list("pk", flat=True)[:AT_ONCE]
