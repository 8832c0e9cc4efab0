"""What we wrote to a person and what they switched off, for their export, and its end."""

from typing import Any

from django.db.models import QuerySet

from cdc.contracts.handled_by import Stamp
from monolith.accounts.models import User
from monolith.alerts.models import Alert, Change, Digest, OptOut


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
    for model in (Change, Digest):
        _leave_out(user.pk, model.objects.filter(handled_by__contains=str(user.pk)))


def _leave_out(account_id: int, stamped: "QuerySet[Any]") -> None:
    """Take somebody who was given away by their number out of the stamps that say so."""
    for text in stamped.values_list("handled_by", flat=True).distinct():
        stamp = Stamp.parse(text)
        if account_id in stamp.named():
            stamped.filter(handled_by=text).update(handled_by=stamp.without([account_id]).text())
