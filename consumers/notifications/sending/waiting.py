"""What should have been done by now: rows that wait longer than a queue takes leave as numbers."""

from uuid import UUID

from django.conf import settings
from django.utils import timezone

from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.pacing import gate


def notifications() -> list[UUID]:
    """Return what is due in the order in which it was planned, and whose turn it is at gates."""
    now = timezone.now()
    before = now - settings.NOTIFICATIONS.patience
    late = Notification.objects.filter(
        state=State.PLANNED, due_at__lt=before, told_with=None, waits_at=""
    )
    lost = late.order_by("planned_at").values_list("pk", flat=True)[: gate.AT_ONCE]
    return [*gate.turns(now), *lost]
