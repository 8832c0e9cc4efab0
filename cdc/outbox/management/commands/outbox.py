"""`manage.py outbox maintain`: the outbox's housekeeping, for every day's timer.

Enters: what day it is. Leaves: partitions made, closed and dropped, a line for each.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections, router
from django.utils import timezone

from cdc.connect.connectors import OUTBOX_PUBLICATION
from cdc.outbox.models import OutboxEvent
from cdc.outbox.partitions import Keeping, maintain


class Command(BaseCommand):
    """Maintain the outbox's partitions; run it once a day, or at every start."""

    help = "maintain: make the outbox's coming days, drop old ones that are delivered."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and how many days are kept."""
        parser.add_argument("verb", choices=["maintain"])
        parser.add_argument("--keep", type=int, default=settings.OUTBOX_KEEP_DAYS, metavar="DAYS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is due and say it."""
        keeping = Keeping(slot=OUTBOX_PUBLICATION, keep=options["keep"])
        connection = connections[router.db_for_write(OutboxEvent)]
        for sentence in maintain(connection, timezone.now().date(), keeping):
            self.stdout.write(sentence)
