"""`seed`: a larger world than the real one, with people in it, for demos and measurements."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max

from monolith.listings.models import Listing
from monolith.listings.stock import loader
from monolith.population import settling

MOST = 1_000_000
REAL = 25_357


class Command(BaseCommand):
    help = "Fill the site up to N homes, the real ones first, and N people with a past."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listings", type=int, default=REAL, help="how many there shall be")
        parser.add_argument("--users", type=int, default=0, help="how many people there shall be")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same world")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["listings"] <= MOST:
            raise CommandError(f"--listings must be from 1 to {MOST:,}.")
        if not 0 <= options["users"] <= MOST:
            raise CommandError(f"--users must be from 0 to {MOST:,}.")
        self._build(options["listings"], options["seed"])
        self._settle(options["users"], options["seed"])

    def _build(self, wanted: int, seed: int) -> None:
        if not Listing.objects.exists():
            call_command("load_stock", limit=wanted, with_progress=True, stdout=self.stdout)
        last = Listing.objects.aggregate(last=Max("id"))["last"]
        missing = wanted - Listing.objects.count()
        if missing <= 0:
            self.stdout.write(f"There are {wanted - missing:,} listings already.")
            return
        started = time.monotonic()
        loader.add(last + 1, last + missing, seed, self._report("further listings"))
        self.stdout.write(f"Added {missing:,} listings in {time.monotonic() - started:.1f} s.")

    def _settle(self, wanted: int, seed: int) -> None:
        there = settling.settled()
        if wanted <= there:
            return
        started = time.monotonic()
        settling.settle(there + 1, wanted, seed, self._report("people"))
        self.stdout.write(f"Added {wanted - there:,} people in {time.monotonic() - started:.1f} s.")

    def _report(self, what: str) -> Callable[[int, int], None]:
        def report(written: int, total: int) -> None:
            if written % 25_000 == 0 or written == total:
                self.stdout.write(f"  {written:,} of {total:,} {what}")
                self.stdout.flush()

        return report
