"""`manage.py consumers restore NAME FILE`: a stopped consumer goes on from a file's read model."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consumers.runtime.errors import ConsumerError
from consumers.runtime.snapshots import snapshots


class Command(BaseCommand):
    """Put the file's read model in place; whatever is wrong with it leaves all as it is."""

    help = "Put a file's read model, with its offsets, in the live one's place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            snapshot = snapshots().restore(options["file"])
        except ConsumerError as error:
            raise CommandError(f"Nothing was changed: {error}") from error
        self.stdout.write(f"{snapshot.entities} entities are in place; the consumer goes on from")
        for place, offset in sorted(snapshot.offsets.items()):
            self.stdout.write(f"  {place}/{offset}")
