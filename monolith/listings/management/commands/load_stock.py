"""`load_stock`: fill an empty site with the real homes, and a demo with accounts to log in with."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from monolith.accounts import demo
from monolith.listings.models import Listing
from monolith.listings.stock import loader


class Command(BaseCommand):
    help = "Load the stock of 25,357 homes; does nothing when there are listings already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="only the first LIMIT homes")
        parser.add_argument(
            "--with-progress", action="store_true", help="say how far it is, batch by batch"
        )
        parser.add_argument(
            "--demo-accounts",
            action="store_true",
            default=settings.DEBUG,
            help="accounts with well-known passwords (always in a DEBUG run)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] is not None and options["limit"] < 1:
            raise CommandError("--limit must be 1 or more.")
        try:
            self._fill(options)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}".strip()) from error
        except ProgrammingError as error:
            raise CommandError("The tables are not there: run `manage.py migrate`.") from error

    def _fill(self, options: dict[str, Any]) -> None:
        if Listing.objects.exists():
            self.stdout.write("Listings exist already; nothing to load.")
        else:
            self._load(options["limit"], options["with_progress"])
        if options["demo_accounts"]:
            for line in demo.ensure():
                self.stdout.write(line)

    def _load(self, limit: int | None, with_progress: bool) -> None:
        started = time.monotonic()
        count = loader.load(limit, self._report if with_progress else None)
        self.stdout.write(f"Loaded {count:,} listings in {time.monotonic() - started:.1f} s.")

    def _report(self, written: int, total: int) -> None:
        self.stdout.write(f"  {written:,} of {total:,} listings")
        self.stdout.flush()
