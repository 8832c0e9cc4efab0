"""`seed`: a larger world than the real one, for demos and measurements of size."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max

from monolith.listings.models import Listing
from monolith.listings.stock import loader

MOST = 1_000_000


class Command(BaseCommand):
    help = "Fill the site up to N listings: the real stock first, then homes similar to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listings", type=int, required=True, help="how many there shall be")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same homes")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["listings"]
        if not 0 < wanted <= MOST:
            raise CommandError(f"--listings must be from 1 to {MOST:,}.")
        if not Listing.objects.exists():
            call_command("load_stock", limit=wanted, with_progress=True, stdout=self.stdout)
        last = Listing.objects.aggregate(last=Max("id"))["last"]
        missing = wanted - Listing.objects.count()
        if missing <= 0:
            self.stdout.write(f"There are {wanted - missing:,} listings already.")
            return
        started = time.monotonic()
        loader.add(last + 1, last + missing, options["seed"], self._report)
        self.stdout.write(f"Added {missing:,} listings in {time.monotonic() - started:.1f} s.")

    def _report(self, written: int, total: int) -> None:
        if written % 25_000 == 0 or written == total:
            self.stdout.write(f"  {written:,} of {total:,} further listings")
            self.stdout.flush()
