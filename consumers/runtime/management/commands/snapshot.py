"""`manage.py consumers snapshot NAME FILE`: a consumer's read model in one file, as of now."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consumers.runtime.errors import ConsumerError
from consumers.runtime.snapshots import snapshots


class Command(BaseCommand):
    """Write the file while the consumer goes on."""

    help = "Write the live read model, with its offsets, to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            snapshot = snapshots().save(options["file"])
        except ConsumerError as error:
            raise CommandError(f"Nothing was written: {error}") from error
        self.stdout.write(f"{options['file']} holds {snapshot.entities} entities up to")
        for place, offset in sorted(snapshot.offsets.items()):
            self.stdout.write(f"  {place}/{offset}")
