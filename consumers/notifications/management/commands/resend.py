"""`manage.py notifications resend NUMBER`: plan a notification once more."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from consumers.notifications.management.authors import add_author, author
from consumers.notifications.operating import interventions


class Command(BaseCommand):
    """Plans again what did not arrive."""

    help = "Send a notification again; what is no longer true or welcome is dropped again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=UUID)
        parser.add_argument("--again", action="store_true", help="also if it arrived already")
        add_author(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            interventions.resend(options["number"], author(options), again=options["again"])
        except interventions.NotPossible as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['number']} is planned.")
