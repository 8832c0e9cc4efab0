"""`manage.py notifications handback`: give what is planned and not sent back to the monolith."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consumers.notifications.ledger.models import Kind, Waiting
from consumers.notifications.operating.handing_back import (
    HandbackFailed,
    give_back,
    unread,
    waiting,
)


class Command(BaseCommand):
    help = "Give planned mails back to the monolith, each once; set the kind's flag back first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=Kind.values, default="", help="only those of a kind")
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = options["kind"]
        if options["dry_run"]:
            self.stdout.write(f"{waiting(kind)} mails would be given back.")
            return
        try:
            outcomes = give_back(kind)
        except HandbackFailed as error:
            raise CommandError(str(error)) from error
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        self.stdout.write(f"Given back: {told or 'nothing was planned'}.")
        if undecided := Waiting.objects.count():
            self.stdout.write(f"{undecided} changes wait for their home, and are not decided yet.")
        self._tell_unread()

    def _tell_unread(self) -> None:
        count = unread()
        if count is None:
            self.stderr.write("The broker does not answer: how much is unread is not known.")
        elif count:
            self.stderr.write(
                f"Records that are not read yet: {count}. Nobody plans what they tell: "
                "let the consumer read to the end, then give back once more."
            )
