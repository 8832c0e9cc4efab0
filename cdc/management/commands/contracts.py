"""`manage.py contracts VERB`: the event contracts' own command."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from confluent_kafka.schema_registry import SchemaRegistryClient
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cdc.contracts import asyncapi, evolution, generate
from cdc.registry.register import RegistryError, register_all

_DOCUMENTS = generate.CLASSES.parent / "documents"

_VERBS = {
    "check": "do the contracts fit every released version, and is all that is generated in step?",
    "diff": "show what is not released yet",
    "generate": "write the typed classes from the schema files",
    "docs": "write the AsyncAPI document and the page",
    "release": "write what changed as the next version, which then never changes again",
    "register": "put the contracts into the schema registry",
}


class Command(BaseCommand):
    """Check, release and register the contracts, and keep what is made of them in step."""

    help = " · ".join(f"{verb}: {text}" for verb, text in _VERBS.items())
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb."""
        parser.add_argument("verb", choices=list(_VERBS))

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
        generate.write()
        self.stdout.write(f"{generate.CLASSES.name} is written.")

    def _docs(self) -> None:
        _DOCUMENTS.mkdir(exist_ok=True)
        for path, text in _documents().items():
            path.write_text(text)
            self.stdout.write(f"{path.name} is written.")

    def _check(self) -> None:
        found = [*evolution.objections(), *_out_of_step()]
        for text in found:
            self.stderr.write(text)
        if found:
            raise CommandError(f"{len(found)} objections.")
        self.stdout.write("Every contract fits all its released versions.")

    def _diff(self) -> None:
        changed = evolution.unreleased()
        for schema in changed:
            known = len(evolution.releases(schema.event_type))
            what = f"changed since version {known}" if known else "new"
            self.stdout.write(f"{schema.subject}: {what}")
        if not changed:
            self.stdout.write("Everything is released.")

    def _release(self) -> None:
        self._check()
        for schema in evolution.unreleased():
            self.stdout.write(f"{schema.subject}: version {evolution.release(schema)}")


def _documents() -> dict[Path, str]:
    return {
        _DOCUMENTS / "asyncapi.json": json.dumps(asyncapi.document(), indent=2) + "\n",
        _DOCUMENTS / "events.md": asyncapi.page(),
    }


def _out_of_step() -> Iterator[str]:
    if generate.CLASSES.read_text() != generate.render():
        yield "events.py is not what the schemas say: run `python -m cdc.contracts.generate`."
    for path, text in _documents().items():
        if not path.exists() or path.read_text() != text:
            yield f"{path.name} is not what the schemas say: run `manage.py contracts docs`."
