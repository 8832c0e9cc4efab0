"""What we wrote to a person and what they switched off, for their export, and its end."""

from typing import Any

from monolith.accounts.models import User
from monolith.alerts.models import Alert, HandedBack, OptOut


def alerts(user: User) -> dict[str, Any]:
    sent = Alert.objects.filter(account=user).order_by("id")
    columns = ("kind", "subject", "state", "reason", "planned_at", "sent_at", "message_id")
    return {
        "mails": list(sent.values(*columns, "change__listing_id", "saved_search_id")),
        "switched_off": list(OptOut.objects.filter(account=user).values("kind", "since")),
    }


def forget(user: User) -> None:
    Alert.objects.filter(account=user).delete()
    OptOut.objects.filter(account=user).delete()
    HandedBack.objects.filter(account=user).delete()
