"""`manage.py notifications cancel`: drop what is planned, by number, home, person or kind."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from consumers.notifications.ledger.models import Kind, Notification
from consumers.notifications.management.authors import add_author, author
from consumers.notifications.operating import interventions

_FIELDS = {"number": "pk", "listing": "listing_id", "account": "account_id", "kind": "kind"}


class Command(BaseCommand):
    """Drops planned notifications; several words narrow it down."""

    help = "Send planned notifications to nobody; what is on its way is not called back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--number", type=UUID)
        parser.add_argument("--listing", type=int, help="all about this home")
        parser.add_argument("--account", type=int, help="all for this person")
        parser.add_argument("--kind", choices=[str(kind) for kind in Kind])
        add_author(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        named = {field: options[name] for name, field in _FIELDS.items() if options[name]}
        if not named:
            raise CommandError("Say which: --number, --listing, --account or --kind.")
        count = interventions.cancel(Notification.objects.filter(**named), author(options))
        self.stdout.write(f"{count} cancelled.")
