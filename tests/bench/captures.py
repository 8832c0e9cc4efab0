"""Throw-away connectors on a table of the benchmark's own, one a way of capturing.

Enters: a ready stack and a mode. Leaves: a running connector with its own slot, publication and
topic, all of which go when the measurement is over. `tuned` is what the product runs, `eos` the
same with Kafka Connect's exactly-once support, `default` what Debezium does when nobody tunes it.
"""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import psycopg
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from cdc.connect.client import ConnectClient
from cdc.connect.connectors import TABLES_CONNECTOR, Config, Source, connectors
from cdc.guard import replication
from tests.running_stack import Stack

Mode = Literal["tuned", "eos", "default"]

MODES: tuple[Mode, ...] = ("tuned", "eos", "default")
TABLE = "bench_row"
_CREATE = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
    id bigint PRIMARY KEY, payload text NOT NULL DEFAULT repeat('x', 450)
)
"""
# What any connector must be told; everything else is left to Debezium. The other connectors'
# heartbeats are messages in the same log, and one without a topic would stall it.
_NECESSARY = (
    "connector.class", "tasks.max", "plugin.name", "database.hostname", "database.port",
    "database.dbname", "database.user", "database.password", "publication.autocreate.mode",
    "key.converter", "key.converter.schemas.enable",
    "value.converter", "value.converter.schemas.enable", "message.prefix.exclude.list",
)  # fmt: skip
# What the product's connector does beside capturing rows.
_BESIDE = ("transforms", "predicates", "signal", "notification", "incremental", "column")
_numbers = itertools.count(1)


class Capture:
    """One connector of the benchmark; use it as a context and the rest is cleaned up."""

    def __init__(self, stack: Stack, mode: Mode) -> None:
        # A name for each, as a topic that was deleted is not free again at once.
        self.name = f"bench_{mode}_{os.getpid()}_{next(_numbers)}"
        self.topic = f"{self.name}.public.{TABLE}"
        self._heartbeats = f"__debezium-heartbeat.{self.name}"
        self._source = stack.source()
        self._config = _config(self._source, mode, self.name)
        self._connect = ConnectClient(stack.url("connect", ""))
        self._kafka = AdminClient({"bootstrap.servers": stack.environment()["KAFKA_BOOTSTRAP"]})
        self._database = psycopg.connect(
            stack.environment()["MONOLITH_DATABASE_URL"], autocommit=True
        )

    def start(self) -> None:
        """Create table, publication, topics and connector; return when rows are streamed."""
        self._database.execute(_CREATE)
        self._database.execute(f"GRANT SELECT ON {TABLE} TO {self._config['database.user']}")
        self._database.execute(f"CREATE PUBLICATION {self.name} FOR TABLE {TABLE}")
        made = [NewTopic(self.topic, 6, 1), NewTopic(self._heartbeats, 1, 1)]
        for future in self._kafka.create_topics(made).values():
            future.result()
        self.resume()

    def resume(self) -> None:
        """Create the connector, anew or where it was; return when it reads its slot."""
        self._connect.apply(self.name, self._config)
        self._connect.wait_until_running(self.name, timeout_s=60)
        replication.wait_until_read(self._source, self.name)

    def leave(self) -> None:
        """Remove the connector; slot and offsets stay, so that it can go on later."""
        self._connect.delete(self.name)
        replication.wait_until_free(self._source, self.name, timeout_s=60)

    def end(self) -> None:
        """Remove all that was made."""
        self.leave()
        replication.drop(self._source, self.name)
        self._database.execute(f"DROP PUBLICATION {self.name}")
        self._database.execute(f"DROP TABLE {TABLE}")
        for future in self._kafka.delete_topics([self.topic, self._heartbeats]).values():
            future.result()
        self._database.close()
        self._connect.close()


@contextmanager
def capture(stack: Stack, mode: Mode) -> Iterator[Capture]:
    """Run a connector of this mode for the time of a measurement."""
    running = Capture(stack, mode)
    running.start()
    try:
        yield running
    finally:
        running.end()


def _config(source: Source, mode: Mode, name: str) -> Config:
    product = connectors(source, is_exactly_once=mode == "eos")[TABLES_CONNECTOR]
    own = {
        "topic.prefix": name,
        "slot.name": name,
        "publication.name": name,
        "table.include.list": f"public.{TABLE}",
        "snapshot.mode": "no_data",
    }
    if mode == "default":
        return {key: product[key] for key in _NECESSARY} | own
    return {key: value for key, value in product.items() if not key.startswith(_BESIDE)} | own
