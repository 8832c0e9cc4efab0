"""`manage.py contracts register|generate|check`: the event contracts' own command."""

from pathlib import Path
from typing import Any

from confluent_kafka.schema_registry import SchemaRegistryClient
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cdc.contracts import events, generate
from cdc.registry.register import RegistryError, register_all

_CLASSES = Path(events.__file__)


class Command(BaseCommand):
    """Register the contracts, or keep the typed classes in step with them."""

    help = "Register the event contracts, or (re)generate and check their typed classes."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb."""
        parser.add_argument("verb", choices=["register", "generate", "check"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb of that name."""
        getattr(self, f"_{options['verb']}")()

    def _register(self) -> None:
        client = SchemaRegistryClient({"url": settings.REGISTRY_URL, "max.retries": 1})
        try:
            for done in register_all(client):
                self.stdout.write(f"{done.subject} has the id {done.schema_id}")
        except RegistryError as error:
            raise CommandError(f"{error} (REGISTRY_URL={settings.REGISTRY_URL})") from error

    def _generate(self) -> None:
        _CLASSES.write_text(generate.render())
        self.stdout.write(f"{_CLASSES.name} is written.")

    def _check(self) -> None:
        if _CLASSES.read_text() != generate.render():
            raise CommandError("events.py is not what the schemas say: run contracts generate.")
        self.stdout.write("events.py is what the schemas say.")
