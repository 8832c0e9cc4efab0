"""`manage.py consumers rebuild NAME`: a new read model beside the live one, then a swap.

The consumer goes on meanwhile and the pages answer; with `--back` the one before is caught up and
put back. Prints how far it is, with `--json` one object a line.
"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consumers.runtime.declared import declared
from consumers.runtime.errors import ConsumerError
from consumers.runtime.rebuilding.progress import RebuildProgress
from consumers.runtime.rebuilding.run import rebuild

_TOLD_SECONDS = 1.0


class Command(BaseCommand):
    """Rebuild in the foreground; whatever ends it early leaves the live read model as it is."""

    help = "Build the read model anew from the topics beside the live one, and swap the two."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--back", action="store_true", help="Go back to the one before.")
        parser.add_argument("--json", action="store_true", help="One JSON object a line.")
        parser.add_argument(
            "--accept-losses",
            action="store_true",
            help="Swap even if the live one holds what the topics no longer tell.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        progress = RebuildProgress()
        told_at = progress.seconds

        def heard() -> None:
            nonlocal told_at
            if progress.seconds >= told_at + _TOLD_SECONDS:
                told_at = progress.seconds
                self._tell(progress, as_json=options["json"])

        try:
            rebuild(
                declared(),
                progress,
                back=options["back"],
                accepts_losses=options["accept_losses"],
                heard=heard,
            )
        except ConsumerError as error:
            raise CommandError(f"Nothing was swapped: {error}") from error
        self._tell(progress, as_json=options["json"])

    def _tell(self, progress: RebuildProgress, *, as_json: bool) -> None:
        self.stdout.write(json.dumps(progress.told()) if as_json else str(progress))
        self.stdout.flush()
