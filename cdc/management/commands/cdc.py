"""`manage.py cdc doctor`: examine the capture and say how to mend what is wrong."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from confluent_kafka.admin import AdminClient
from confluent_kafka.schema_registry import SchemaRegistryClient
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cdc.connect.client import ConnectClient
from cdc.connect.connectors import OUTBOX_CONNECTOR, TABLES_CONNECTOR
from cdc.doctor import Finding, pipe
from cdc.doctor.database import Limits, examine


class Command(BaseCommand):
    """Print findings; exit 1 when there are any."""

    help = "doctor: examine database, slots, connectors, topics and registry."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and from when on a transaction is long."""
        parser.add_argument("verb", choices=["doctor"])
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--transaction-seconds", type=int, default=Limits().transaction_s, help="longer is long"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine everything, whatever part of it is away."""
        limits = Limits(transaction_s=options["transaction_seconds"])
        findings = list(_findings(limits))
        if options["json"]:
            self.stdout.write(json.dumps({"findings": [asdict(each) for each in findings]}))
        else:
            for finding in findings:
                self.stdout.write(str(finding))
        if findings:
            raise CommandError(f"{len(findings)} findings.")
        if not options["json"]:
            self.stdout.write("Nothing found: the capture is as it should be.")


def _findings(limits: Limits) -> Iterator[Finding]:
    yield from examine(connection, limits)
    connect = ConnectClient(settings.CONNECT_URL)
    yield from pipe.examine_connectors(connect, [OUTBOX_CONNECTOR, TABLES_CONNECTOR])
    kafka = {"bootstrap.servers": settings.KAFKA_BOOTSTRAP, "log_level": 0}
    yield from pipe.examine_topics(AdminClient(kafka))
    registry = SchemaRegistryClient({"url": settings.REGISTRY_URL, "max.retries": 1})
    yield from pipe.examine_contracts(registry)
