"""How the notifications stand: the ledger enters, numbers for people and programs leave."""

from typing import Any

from django.conf import settings
from django.db.models import Avg, Count, F, Min
from django.utils import timezone

from consumers.notifications.bounces.models import Suppression
from consumers.notifications.endpoints.models import Endpoint
from consumers.notifications.ledger.models import Choice, Notification, State, Waiting
from consumers.notifications.operating import rates
from consumers.notifications.pacing.models import Gate


def standing() -> dict[str, Any]:
    """Return counts by kind, channel and state, how fast letters leave, and what ended badly."""
    now = timezone.now()
    counted = Notification.objects.values("kind", "channel", "state").annotate(count=Count("pk"))
    open_ones = Notification.objects.filter(state=State.PLANNED)
    late = open_ones.filter(due_at__lt=now - settings.NOTIFICATIONS.patience)
    sent = rates.sent_since(now - rates.LATELY)
    took = Avg(F("sent_at") - F("planned_at"), filter=rates.left_at_once())
    latency = sent.aggregate(mean=took)["mean"]
    oldest = open_ones.filter(due_at__lte=now).aggregate(at=Min("planned_at"))["at"]
    return {
        "counts": list(counted.order_by("kind", "channel", "state")),
        "waiting_for_homes": Waiting.objects.count(),
        "late": late.count(),
        # By kind: their template is broken.
        "unwritten": list(
            open_ones.filter(is_unwritten=True)
            .values("kind", "reason")
            .annotate(count=Count("pk"))
            .order_by("kind", "reason")
        ),
        "shut": [
            {"gate": gate.name, "waiting": _waiting_at(gate.name)}
            for gate in Gate.objects.filter(refusals__gt=0).order_by("name")
        ],
        "oldest_open_seconds": (now - oldest).total_seconds() if oldest else 0.0,
        "sent_last_hour": sent.count(),
        "mean_seconds_to_send": latency.total_seconds() if latency else None,
        "sent_by_kind": rates.by_kind(now),
        "failures": rates.failures(now),
        "reasons": _reasons(),
        "switched_off": Choice.objects.filter(is_wanted=False).count(),
        "suppressed": Suppression.objects.count(),
        "suppressions": rates.suppressions(),
        "endpoints_off": Endpoint.objects.filter(is_active=False).count(),
    }


def _waiting_at(name: str) -> int:
    return Notification.objects.filter(state=State.PLANNED, waits_at=name).count()


def _reasons() -> list[dict[str, Any]]:
    told = Notification.objects.exclude(reason="").values("state", "reason")
    most = told.annotate(count=Count("pk")).order_by("-count", "state", "reason")[:10]
    return [dict(row) for row in most]
