"""`simulate`: people on a running site, for demos, benchmarks and fault tests."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from monolith.traffic import simulation


class Command(BaseCommand):
    help = "Do what people do on the running site: look, search, edit, in believable shares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rate", type=float, default=10, help="deeds a second")
        parser.add_argument("--seconds", type=float, default=30, help="how long")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same deeds")
        parser.add_argument("--url", default=settings.SITE_URL, help="where the site answers")

    def handle(self, *args: Any, **options: Any) -> None:
        rate, seconds = options["rate"], options["seconds"]
        if rate <= 0 or seconds <= 0:
            raise CommandError("--rate and --seconds must be above 0.")
        self.stdout.write(f"{rate:g} deeds/s for {seconds:g} s at {options['url']}")
        summary = simulation.run(options["url"], rate, seconds, options["seed"])
        for line in summary.lines():
            self.stdout.write(line)
        if summary.failures:
            raise CommandError("Some deeds failed.")
