"""`manage.py consumers resume NAME`: a consumer that was halted goes on.

Enters: who says so, and why. Leaves: the halt as lifted, with both; processes that run see it
within a moment, and go on from the record at which they were halted.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consumers.runtime.declared import declared
from consumers.runtime.errors import ConsumerError
from consumers.runtime.failures.database_halts import DatabaseHalts
from consumers.runtime.management.reasons import reason
from consumers.runtime.parking.decisions import Person, logged_in


class Command(BaseCommand):
    """Lift the halt that too many dead letters, or a handler, have set."""

    help = "Let a halted consumer go on; what it buried until then waits for `dlq redrive`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reason", type=reason, required=True, help="what was repaired")
        parser.add_argument("--actor", help="who decides; otherwise who is logged in")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            side = declared()
            side.prepare()
            person = Person(options["actor"] or logged_in(), options["reason"])
            told = DatabaseHalts(side.config.name).lift(person)
        except ConsumerError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{side.config.name} goes on; it was halted {told}")
