"""`manage.py notifications preview LISTING`: who would get what for a home, and why not."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consumers.notifications.deciding.preview import NoSuchHome, preview
from consumers.notifications.models import What
from consumers.runtime.tables import aligned


class Command(BaseCommand):
    """Decides, and sends nothing."""

    help = "Say who would be told of a home now, by which channel, and who would not, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("listing", type=int)
        parser.add_argument("--what", choices=[str(what) for what in What], default="published")
        parser.add_argument("--account", type=int, help="this person only")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = preview(options["listing"], What(options["what"]))
        except NoSuchHome as error:
            raise CommandError(str(error)) from error
        shown = [line for line in lines if options["account"] in (None, line.account_id)]
        if options["json"]:
            self.stdout.write(json.dumps([asdict(line) for line in shown], indent=1))
            return
        if not shown:
            self.stdout.write(f"Nobody keeps home {options['listing']}, nor a search that fits it.")
            return
        rows = [
            (line.account_id, line.kind, line.channel, line.because, line.why_not or "yes")
            for line in shown
        ]
        self.stdout.write(aligned(("account", "kind", "channel", "because", "would get it"), rows))
