"""`manage.py personal rewrap`: finish the change of the master key.

Enters: `PERSONAL_MASTER_KEYS`, the new key first and the older ones behind it, as every process
of the monolith already has them. Leaves: all keys under the first; the older ones may go then.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cdc.personal.rotation import rewrap


class Command(BaseCommand):
    """Doing it again changes nothing."""

    help = "rewrap: wrap every person's key anew with the first of PERSONAL_MASTER_KEYS."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb."""
        parser.add_argument("verb", choices=["rewrap"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the batches and say how far it is."""
        keys = anew = 0
        try:
            for batch in rewrap():
                keys, anew = keys + batch.keys, anew + batch.anew
                self.stdout.write(f"{keys:,} keys, {anew:,} wrapped anew")
        except ImproperlyConfigured as error:
            raise CommandError(
                f"{error} Put the older master key back behind the first, then run it again."
            ) from error
        self.stdout.write(f"All {keys:,} keys are under the first master key.")
