"""`send_digests`: plan and queue the daily and weekly overviews that are due; for any cron."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monolith.alerts import digests, tasks
from monolith.alerts.queueing import queue


class Command(BaseCommand):
    help = "Send the digests that are due; a second call for the same morning sends nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--frequency", choices=list(digests.PERIODS), help="only this one")
        parser.add_argument("--at", help="as if it were this time (ISO 8601), not in the future")

    def handle(self, *args: Any, **options: Any) -> None:
        at = _time(options["at"])
        for frequency in [options["frequency"]] if options["frequency"] else digests.PERIODS:
            self._send(frequency, at)

    def _send(self, frequency: str, at: datetime) -> None:
        digest = digests.due(frequency, at)
        planned = queued = 0
        while not digests.is_finished(digest.pk):
            alerts = digests.plan(digest.pk)
            planned += len(alerts)
            queued += sum(queue(tasks.send, alert_id) for alert_id in alerts)
        day = f"{digest.slot.astimezone(ZoneInfo(settings.ALERTS_TIME_ZONE)):%Y-%m-%d}"
        self.stdout.write(f"{frequency} {day}: {planned} planned, {queued} queued")


def _time(text: str | None) -> datetime:
    if text is None:
        return timezone.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--at is {text!r}; say a time like 2026-05-04T07:00.") from None
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings.ALERTS_TIME_ZONE))
    if at > timezone.now():
        raise CommandError("--at is in the future; what is due then is not known yet.")
    return at
