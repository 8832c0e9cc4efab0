"""`manage.py notifications suppressions list|lift`: whom no mail goes to, and why."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consumers.notifications.bounces import suppressions
from consumers.notifications.bounces.models import Suppression
from consumers.runtime.tables import aligned


class Command(BaseCommand):
    """Shows suppressions, and lifts those of a person."""

    help = "See to whom no mail goes any more, and send to them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("list", help="everybody, the latest first")
        lifted = actions.add_parser("lift", help="send mails to somebody again")
        lifted.add_argument("account", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "list":
            self.stdout.write(_listed())
        elif suppressions.lift(options["account"]):
            self.stdout.write(f"Account {options['account']} gets mails again.")
        else:
            raise CommandError(f"Nothing is suppressed for account {options['account']}.")


def _listed() -> str:
    found = Suppression.objects.order_by("-since", "account_id")
    rows = [(each.account_id, each.why, f"{each.since:%Y-%m-%d %H:%M}") for each in found]
    return aligned(("account", "why", "since"), rows)
