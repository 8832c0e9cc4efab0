"""Debezium connectors of a test's own, on the running stack.

Enters: a database's tables and the settings that matter to the test. Leaves: the records that
real connectors write. Database, slots, publication, connectors and topics go away again.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from confluent_kafka import Message
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from psycopg import sql

from cdc.connect.client import ConnectClient, ConnectError
from cdc.connect.connectors import Config
from tests.cdc.debezium.recorded import Recorded
from tests.running_stack import Stack

_JSON = "org.apache.kafka.connect.json.JsonConverter"


@dataclass(frozen=True)
class Capture:
    """A database, and one connector for each prefix that reads all of its tables."""

    stack: Stack
    database: str

    def connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Open a session that commits each statement."""
        return psycopg.connect(**self.address(), autocommit=True)

    def address(self, database: str = "") -> dict[str, Any]:
        """Return where the database is, or another one of the same server."""
        ports = json.loads((self.stack.home / "ports.json").read_text())
        return {
            "host": "127.0.0.1",
            "port": ports["postgres"],
            "user": "postgres",
            "password": self.stack.environment()["POSTGRES_PASSWORD"],
            "dbname": database or self.database,
        }

    def records(self, prefix: str, table: str, count: int) -> list[Recorded]:
        """Return the ``count`` records of a table, as soon as they are there, and no others."""
        topic = f"{prefix}.{table}"
        found: list[Message] = []

        def is_there() -> bool:
            found[:] = self.stack.records(topic)
            return len(found) >= count

        self.stack.wait_until(is_there)
        assert len(found) == count
        return [_recorded(record) for record in found]


@contextmanager
def captured(
    stack: Stack, database: str, tables: Mapping[str, str], connectors: Mapping[str, Config]
) -> Iterator[Capture]:
    """Make ``tables`` (SQL by name) and start a connector for each prefix in ``connectors``."""
    capture = Capture(stack, database)
    topics = [f"{prefix}.public.{table}" for prefix in connectors for table in tables]
    topics += [f"{prefix}.transaction" for prefix in connectors]
    admin = AdminClient({"bootstrap.servers": stack.environment()["KAFKA_BOOTSTRAP"]})
    with (
        psycopg.connect(**capture.address("postgres"), autocommit=True) as server,
        closing(ConnectClient(stack.url("connect", ""))) as connect,
    ):
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        for made in admin.create_topics([NewTopic(topic, 1, 1) for topic in topics]).values():
            made.result(30)
        try:
            with capture.connect() as session:
                for statement in tables.values():
                    session.execute(statement.encode())
                session.execute(
                    "CREATE PUBLICATION everything FOR ALL TABLES"
                    " WITH (publish_generated_columns = stored)"
                )
            for prefix, config in connectors.items():
                connect.apply(prefix, _config(capture, prefix) | config)
            for prefix in connectors:
                connect.wait_until_running(prefix, timeout_s=60)
            stack.wait_until(lambda: len(_slots(server, database, active=True)) == len(connectors))
            yield capture
        finally:
            for prefix in connectors:
                _remove(stack, connect, prefix)
            stack.wait_until(lambda: not _slots(server, database, active=True))
            for slot in _slots(server, database, active=False):
                server.execute("SELECT pg_drop_replication_slot(%s)", [slot])
            server.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database))
            )
            for gone in admin.delete_topics(topics).values():
                gone.result(30)


def _recorded(record: Any) -> Recorded:
    return Recorded(record.key(), record.value(), tuple(record.headers() or ()))


def _remove(stack: Stack, connect: ConnectClient, name: str) -> None:
    # Its offsets would outlive it, and the next one of that name would not start without its slot.
    connect.stop(name)
    stack.wait_until(lambda: _has_forgotten(connect, name), timeout_s=60)
    connect.delete(name)


def _has_forgotten(connect: ConnectClient, name: str) -> bool:
    try:
        connect.forget_offsets(name)
    except ConnectError:
        # It has not ended yet.
        return False
    return True


def _config(capture: Capture, prefix: str) -> Config:
    address = capture.address()
    return {
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "tasks.max": "1",
        "plugin.name": "pgoutput",
        "database.hostname": address["host"],
        "database.port": str(address["port"]),
        "database.dbname": address["dbname"],
        "database.user": address["user"],
        "database.password": address["password"],
        "topic.prefix": prefix,
        "slot.name": prefix,
        "publication.name": "everything",
        "publication.autocreate.mode": "disabled",
        "poll.interval.ms": "20",
        "snapshot.mode": "initial",
        "skipped.operations": "none",
        "provide.transaction.metadata": "true",
        "extended.headers.enabled": "false",
        "key.converter": _JSON,
        "key.converter.schemas.enable": "false",
        "value.converter": _JSON,
        "value.converter.schemas.enable": "false",
        "value.converter.replace.null.with.default": "false",
    }


def _slots(
    server: "psycopg.Connection[tuple[Any, ...]]", database: str, *, active: bool
) -> list[str]:
    found = server.execute(
        "SELECT slot_name FROM pg_replication_slots WHERE database = %s AND active = %s",
        [database, active],
    )
    return [name for (name,) in found]
