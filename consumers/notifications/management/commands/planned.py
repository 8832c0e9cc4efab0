"""`manage.py notifications planned cancel|resend ID`: what an operator decides about one."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consumers.notifications.ledger.models import Notification, State

# What may be planned anew: of these nothing is known to have arrived, or somebody takes the risk.
_ENDED = (State.FAILED, State.DROPPED, State.UNKNOWN)


class Command(BaseCommand):
    help = "Cancel a planned notification, or plan one again that failed or got lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=("cancel", "resend"))
        parser.add_argument("id")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = self._rows(options["id"])
        now = timezone.now()
        if options["verb"] == "cancel":
            reason = "An operator cancelled it."
            done = rows.filter(state=State.PLANNED).update(state=State.DROPPED, reason=reason)
        else:
            anew = {"reason": "", "attempts": 0, "waits": 0, "planned_at": now, "due_at": now}
            done = rows.filter(state__in=_ENDED).update(state=State.PLANNED, **anew)
        if not done:
            (state,) = rows.values_list("state", flat=True)
            raise CommandError(f"It is {state}; nothing was done.")
        self.stdout.write("Done; what is planned again the next sweep takes up.")

    def _rows(self, number: str) -> Any:
        try:
            rows = Notification.objects.filter(pk=number)
        except (ValidationError, ValueError):
            rows = Notification.objects.none()
        if not rows.exists():
            raise CommandError(f"There is no notification {number}.")
        return rows
