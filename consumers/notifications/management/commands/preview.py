"""`manage.py notifications preview LISTING`: who would be told what about a home, and why not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consumers.notifications.models import Home, What
from consumers.notifications.previewing import preview
from consumers.runtime.tables import aligned


class Command(BaseCommand):
    help = "Say who would be told of a change of a home, and who would not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("listing", type=int)
        parser.add_argument("--what", choices=What.values, default=What.REDUCED.value)

    def handle(self, *args: Any, **options: Any) -> None:
        home = Home.objects.filter(pk=options["listing"]).first()
        if home is None:
            raise CommandError(f"No listing {options['listing']} is known here.")
        found = preview(home, What(options["what"]))
        self.stdout.write(aligned(("account", "kind", "because", "outcome"), found))
