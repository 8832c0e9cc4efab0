"""`manage.py connectors VERB [NAME …]`: the connectors' own command.

Enters: the declared connectors. Leaves: publications and rights in the monolith's database,
and running connectors in Kafka Connect. Applying twice changes nothing.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cdc.connect import configured, rollout
from cdc.connect.client import ConnectClient, ConnectError
from cdc.connect.connectors import Config
from cdc.connect.publications import statements

_VERBS = {
    "apply": "bring them to what is declared, one after the other, if every setting is right",
    "plan": "show what apply would change; exit 1 when there is something",
    "status": "say how they are; exit 1 when one does not run",
    "pause": "let them rest; their slots hold the log back meanwhile",
    "resume": "let paused ones go on",
    "restart": "start again what has failed, and nothing else",
}
_WAIT_S = 60


class Command(BaseCommand):
    """Apply the declared connectors, steer them, or say how they are."""

    help = " · ".join(f"{verb}: {text}" for verb, text in _VERBS.items())
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and, if not all are meant, names."""
        parser.add_argument("verb", choices=list(_VERBS))
        parser.add_argument("names", nargs="*", metavar="NAME", help="these only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb of that name."""
        client = ConnectClient(settings.CONNECT_URL)
        try:
            getattr(self, f"_{options['verb']}")(client, _chosen(options["names"]))
        except ConnectError as error:
            raise CommandError(str(error)) from error
        finally:
            client.close()

    def _apply(self, client: ConnectClient, declared: dict[str, Config]) -> None:
        rollout.validate(client, declared)
        _publish_tables(settings.DEBEZIUM_USER)
        for name, is_changed in rollout.apply(client, declared, _WAIT_S):
            self.stdout.write(f"{name}: {'applied' if is_changed else 'unchanged'}, running")

    def _plan(self, client: ConnectClient, declared: dict[str, Config]) -> None:
        found = rollout.plan(client, declared)
        for difference in found:
            self.stdout.write(str(difference))
        rollout.validate(client, declared)
        if found:
            raise CommandError(f"{len(found)} settings differ: manage.py connectors apply")
        self.stdout.write("All connectors run as declared.")

    def _status(self, client: ConnectClient, declared: dict[str, Config]) -> None:
        states = [client.status(name) for name in declared]
        for status in states:
            self.stdout.write(f"{status.name}: {status.state}")
        failed = [status.name for status in states if not status.is_running]
        if failed:
            raise CommandError(f"Not running: {', '.join(failed)}.")

    def _pause(self, client: ConnectClient, declared: dict[str, Config]) -> None:
        for name in declared:
            client.pause(name)
            client.wait_until(name, "PAUSED", _WAIT_S)
            self.stdout.write(f"{name}: paused")

    def _resume(self, client: ConnectClient, declared: dict[str, Config]) -> None:
        for name in declared:
            client.resume(name)
            client.wait_until_running(name, _WAIT_S)
            self.stdout.write(f"{name}: running")

    def _restart(self, client: ConnectClient, declared: dict[str, Config]) -> None:
        for name in declared:
            client.restart_failed(name)
            client.wait_until_running(name, _WAIT_S)
            self.stdout.write(f"{name}: running")


def _chosen(names: list[str]) -> dict[str, Config]:
    declared = configured.declared()
    unknown = sorted(set(names) - declared.keys())
    if unknown:
        raise CommandError(f"No connector is called {unknown[0]}; declared: {', '.join(declared)}.")
    return {name: config for name, config in declared.items() if not names or name in names}


def _publish_tables(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pubname FROM pg_publication")
        existing = {name for (name,) in cursor.fetchall()}
        for statement in statements(role, existing):
            cursor.execute(statement)
