"""`manage.py consumers status [NAME]`: the health of a whole consumer, as a table or JSON.

Enters: what its processes tell at their addresses; when none answers, what its store and the
broker tell. Leaves: one line for each partition.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consumers.runtime.declared import declared
from consumers.runtime.errors import ConsumerError
from consumers.runtime.health.address import status_json
from consumers.runtime.health.overview import Overview
from consumers.runtime.health.standing import standing
from consumers.runtime.tables import aligned

_HEADINGS = (
    *("partition", "offset", "lag", "seconds", "versions"),
    *("parked keys", "parked", "dead letters", "rate"),
)


class Command(BaseCommand):
    """Prints partition, offset, lag, parked keys, dead letters and rate."""

    help = "Say how far the consumer is, whether it runs or not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            told = standing(declared())
        except ConsumerError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(status_json(told) if options["json"] else _table(told))


def _table(told: Overview) -> str:
    rows = [
        (
            *(f"{line.topic}/{line.partition}", line.next_offset, line.lag_records),
            *(line.lag_seconds, line.lag_versions, line.parked_keys, line.parked_records),
            *(line.dead_letters, line.rate),
        )
        for line in told.lines
    ]
    heading = f"{told.consumer}: {told.unready or 'ready'}"
    if told.is_running:
        heading += f", {told.applied} records taken, processes {told.processes}"
    return f"{heading}\n{aligned(_HEADINGS, rows)}"
