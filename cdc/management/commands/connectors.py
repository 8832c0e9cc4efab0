"""`manage.py connectors apply|status`: the connectors' own command.

Enters: the declared connectors. Leaves: publications and rights in the monolith's database,
and running connectors in Kafka Connect. Applying twice changes nothing.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cdc.connect.client import ConnectClient, ConnectError
from cdc.connect.connectors import Carrier, Source, connectors
from cdc.connect.publications import statements


class Command(BaseCommand):
    """Apply the declared connectors or say how they are."""

    help = "Apply the declared Debezium connectors, or say how they are."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb."""
        parser.add_argument("verb", choices=["apply", "status"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb of that name."""
        try:
            getattr(self, f"_{options['verb']}")(ConnectClient(settings.CONNECT_URL))
        except ConnectError as error:
            raise CommandError(str(error)) from error

    def _apply(self, client: ConnectClient) -> None:
        source = _source()
        _publish_tables(source.user)
        for name, config in connectors(source, _carrier()).items():
            verb = "applied" if client.apply(name, config) else "unchanged"
            client.wait_until_running(name, timeout_s=60)
            self.stdout.write(f"{name}: {verb}, running")

    def _status(self, client: ConnectClient) -> None:
        states = [client.status(name) for name in connectors(_source())]
        for status in states:
            self.stdout.write(f"{status.name}: {status.state}")
        failed = [status.name for status in states if not status.is_running]
        if failed:
            raise CommandError(f"Not running: {', '.join(failed)}.")


def _carrier() -> Carrier:
    return "message" if settings.OUTBOX_TRANSPORT == "message" else "table"


def _publish_tables(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pubname FROM pg_publication")
        existing = {name for (name,) in cursor.fetchall()}
        for statement in statements(role, existing):
            cursor.execute(statement)


def _source() -> Source:
    database = settings.DATABASES["default"]
    return Source(
        host=database["HOST"],
        port=int(database["PORT"]),
        database=database["NAME"],
        user=settings.DEBEZIUM_USER,
        password=settings.DEBEZIUM_PASSWORD,
    )
