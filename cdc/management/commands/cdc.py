"""`manage.py cdc VERB`: examine the capture, prove that nothing was lost, read tables again."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from confluent_kafka.admin import AdminClient
from confluent_kafka.schema_registry import SchemaRegistryClient
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cdc.audit import command as audit
from cdc.connect.client import ConnectClient
from cdc.connect.configured import declared
from cdc.doctor import Finding, pipe
from cdc.doctor.database import Limits, examine
from cdc.doctor.movement import examine_movement
from cdc.guard import command as guard
from cdc.guard import rebootstrap_command as rebootstrap
from cdc.lint import command as lint
from cdc.snapshots import command as snapshot

_VERBS = {
    "audit": audit.run,
    "lint": lint.run,
    "snapshot": snapshot.run,
    "guard": guard.run,
    "rebootstrap": rebootstrap.run,
}


class Command(BaseCommand):
    """Each verb exits with 0 when all is well."""

    help = "doctor: what would break the capture. lint: which migration would. audit: is all there?"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and its own options."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        doctor = verbs.add_parser("doctor", help="examine database, connectors, topics, registry")
        doctor.add_argument("--json", action="store_true", help="print one JSON object")
        doctor.add_argument(
            "--transaction-seconds", type=int, default=Limits().transaction_s, help="longer is long"
        )
        doctor.add_argument(
            "--patience", type=float, default=20, help="seconds for the slots to move; 0: not asked"
        )
        linter = verbs.add_parser("lint", help="read the migrations that have not run yet")
        linter.add_argument("--json", action="store_true", help="print one JSON object")
        audit.add_arguments(verbs.add_parser("audit", help="compare what was committed with Kafka"))
        snapshot.add_arguments(verbs.add_parser("snapshot", help="read a table amid the stream"))
        guard.add_arguments(verbs.add_parser("guard", help="keep slots from filling the disk"))
        rebootstrap.add_arguments(
            verbs.add_parser("rebootstrap", help="begin anew after a slot was lost")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb of that name."""
        if options["verb"] == "doctor":
            self._examine(options)
        else:
            _VERBS[options["verb"]](options, self.stdout.write)

    def _examine(self, options: dict[str, Any]) -> None:
        limits = Limits(transaction_s=options["transaction_seconds"])
        findings = list(_findings(limits))
        if options["patience"]:
            findings += examine_movement(connection, options["patience"])
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
    yield from pipe.examine_connectors(connect, declared())
    kafka = {"bootstrap.servers": settings.KAFKA_BOOTSTRAP, "log_level": 0}
    admin = AdminClient(kafka)
    yield from pipe.examine_topics(admin, settings.TOPIC_REPLICATION)
    yield from pipe.examine_skew(admin)
    registry = SchemaRegistryClient({"url": settings.REGISTRY_URL, "max.retries": 1})
    yield from pipe.examine_contracts(registry)
