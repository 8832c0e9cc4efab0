"""What a consumer's settings declare, looked up once for its commands.

- ``CONSUMER``: dotted path of the `Consumer`.
- ``CONSUMER_CONFIG``: its `ConsumerConfig`.
- ``CONSUMER_READ_MODEL``: dotted path of a context manager that opens a read model without
  transactions; "" when the handlers write by Django's models into PostgreSQL.
- ``REGISTRY_URL``: who knows the contracts that events were written with.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from django.core.management import call_command
from django.db import connection
from django.utils.module_loading import import_string

from consumers.runtime.brokers.kafka import KafkaBroker
from consumers.runtime.brokers.port import Broker
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Consumer
from consumers.runtime.errors import MistakenConsumer
from consumers.runtime.events import Read, event_reader
from consumers.runtime.parking.database import DatabaseLot
from consumers.runtime.parking.port import ParkingLot
from consumers.runtime.rebuilding.database import tables_of
from consumers.runtime.rebuilding.topics import KafkaTopics, Topics
from consumers.runtime.registry import Registry
from consumers.runtime.settings import setting
from consumers.runtime.stores.database import DatabaseStore
from consumers.runtime.stores.port import Store
from consumers.runtime.stores.read_model import ReadModelStore

# Who waits longer for a server that says nothing is given up by its group. What is sent is
# acknowledged within so many milliseconds, and a silent line is asked whether it is there: then a
# machine or a network that vanished is a connection that broke.
_IMPATIENCE = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


@dataclass(frozen=True, slots=True)
class Declared:
    """One side's consumer."""

    consumer: Consumer[Any]
    config: ConsumerConfig

    @property
    def has_one_writer(self) -> bool:
        """Tell whether only one process may run: its read model takes no other writer."""
        return bool(setting("CONSUMER_READ_MODEL"))

    def prepare(self) -> None:
        """Make the tables of a database that nobody deploys: a file in the consumer's folder."""
        if connection.vendor == "sqlite":
            call_command("migrate", verbosity=0)

    @contextmanager
    def opened(self) -> Iterator[tuple[Any, Store]]:
        """Open the read model and its store for one process."""
        self.prepare()
        if path := setting("CONSUMER_READ_MODEL"):
            with import_string(path)() as read_model:
                yield read_model, ReadModelStore(read_model, self.config)
        else:
            config = self.config
            _be_impatient(connection.settings_dict["OPTIONS"])
            yield (
                None,
                DatabaseStore(
                    config.name,
                    version=self.consumer.version,
                    asleep_seconds=config.asleep_seconds,
                    inbox_days=config.inbox_days,
                ),
            )

    def broker(self, config: ConsumerConfig) -> Broker:
        """Give a client of the group; nothing is read before it subscribes."""
        return KafkaBroker(config)

    def topics(self, config: ConsumerConfig) -> Topics:
        """Give a reader of all topics that is in no group."""
        return KafkaTopics(config)

    def tables(self) -> Sequence[str]:
        """Name the tables of a read model in PostgreSQL: those of the handlers' app."""
        return tables_of(setting("CONSUMER"))

    def lot(self) -> ParkingLot:
        """Give the parking lot in the side's database."""
        return DatabaseLot(self.config.name)

    def read_event(self) -> Read:
        """Give what reads event records."""
        return event_reader(Registry(setting("REGISTRY_URL")).schema)


def _be_impatient(options: dict[str, Any]) -> None:
    """Let a connection end that nobody answers; what the settings say of it stays."""
    for name, value in _IMPATIENCE.items():
        options.setdefault(name, value)


def declared() -> Declared:
    """Give what this side's settings declare. Raises ``MistakenConsumer``."""
    consumer = cast(Consumer[Any], import_string(setting("CONSUMER")))
    config: ConsumerConfig = setting("CONSUMER_CONFIG")
    if consumer.name != config.name:
        raise MistakenConsumer(f"{config.name} is configured, {consumer.name} is declared")
    if consumer.erase is None:
        raise MistakenConsumer(f"{consumer.name} does not say how it forgets a person")
    return Declared(consumer, config)
