"""`manage.py consumers replay NAME`: a consumer handles records once more, as a replay.

consumers replay search --from 2026-11-24T10:00Z --topic listing.cdc.listings --dry-run
consumers replay search --from-offset listing.cdc.listings/0/1200
"""

from argparse import ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consumers.runtime.declared import declared
from consumers.runtime.errors import ConsumerError
from consumers.runtime.records import Partition
from consumers.runtime.replaying import replay


class Command(BaseCommand):
    """Move the offsets back; a consumer that runs does it itself, between two batches."""

    help = "Let a consumer handle records once more, as a replay that tells nobody."

    def add_arguments(self, parser: CommandParser) -> None:
        start = parser.add_mutually_exclusive_group(required=True)
        start.add_argument("--from", dest="since", type=moment, help="A moment with its zone.")
        start.add_argument(
            "--from-offset", type=place, action="append", metavar="TOPIC/PARTITION/OFFSET"
        )
        parser.add_argument("--topic", help="With --from: of this topic only.")
        parser.add_argument("--dry-run", action="store_true", help="Only say how many records.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            moves = replay(
                declared(),
                since=options["since"],
                topic=options["topic"],
                places=dict(options["from_offset"] or ()),
                is_rehearsal=options["dry_run"],
            )
        except ConsumerError as error:
            raise CommandError(f"Not moved: {error}") from error
        for move in moves:
            topic, number = move.partition
            self.stdout.write(f"{topic}/{number}: {move.known} -> {move.to}")
        verb = "would be" if options["dry_run"] else "will be"
        self.stdout.write(f"{sum(move.records for move in moves)} records {verb} handled again.")


def moment(text: str) -> float:
    """Give a moment as seconds since 1970."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time such as 2026-11-24T10:00Z") from error
    if found.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} has no zone; write 2026-11-24T10:00Z for UTC")
    return found.timestamp()


def place(text: str) -> tuple[Partition, int]:
    """Give a place in a topic."""
    topic, *numbers = text.split("/")
    if not topic or len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
        raise ArgumentTypeError(f"{text!r} is no place such as listing.cdc.listings/0/1200")
    return Partition(topic, int(numbers[0])), int(numbers[1])
