"""`manage.py erase PERSON`: erase a person everywhere, and print who confirmed it.

Enters: a person's id. Leaves: the site's own data erased and the key destroyed in one
transaction (the site's `PERSON_ERASER` does both and publishes the request); receipts of the
consumers. Running it again prints the receipts again.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from cdc.outbox.context import because
from cdc.personal.models import PersonKey
from cdc.personal.receipts import wait_for


class Command(BaseCommand):
    """Erase one person; exit 1 when a consumer did not confirm in time."""

    help = "Erase a person: their data, their key, and what consumers hold of them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person and how long to wait for the receipts."""
        parser.add_argument("person", type=int, help="the account's number")
        parser.add_argument("--wait", type=float, default=30, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, wait, print."""
        person = options["person"]
        self._erase(person)
        expected = set(settings.PERSON_CONSUMERS)
        receipts = wait_for(settings.KAFKA_BOOTSTRAP, str(person), expected, options["wait"])
        for receipt in receipts:
            self.stdout.write(f"{receipt.consumer}: {receipt.removed} removed")
        missing = expected - {receipt.consumer for receipt in receipts}
        if missing:
            raise CommandError(
                f"No receipt yet of: {', '.join(sorted(missing))}. They will answer when they "
                "run; ask again with the same command."
            )

    def _erase(self, person: int) -> None:
        gone = PersonKey.objects.filter(person=str(person), destroyed_at__isnull=False).first()
        if gone:
            self.stdout.write(f"Person {person} was erased at {gone.destroyed_at:%Y-%m-%d %H:%M}.")
            return
        try:
            with because("command: erase", actor="system"):
                import_string(settings.PERSON_ERASER)(person)
        except ObjectDoesNotExist as error:
            raise CommandError(f"Nothing was erased: there is no person {person}.") from error
        # Whatever the site's own rules refuse is for the person at the terminal to read.
        except Exception as error:
            raise CommandError(f"Nothing was erased: {error}") from error
        self.stdout.write(f"Person {person}: data erased, key destroyed.")
