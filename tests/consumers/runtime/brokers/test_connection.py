"""Every client of a consumer's broker is let in as the consumer is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer

from consumers.runtime.brokers.connection import connection_options
from consumers.runtime.brokers.ends import ends_of
from consumers.runtime.brokers.heads import waited_for
from consumers.runtime.brokers.kafka import KafkaBroker, producer_options
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.rebuilding.topics import KafkaTopics
from consumers.runtime.records import Partition
from consumers.runtime.replaying import members_of
from consumers.runtime.retention import kept_days

_SECURED = {
    "security.protocol": "sasl_ssl",
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.username": "homes",
    "sasl.password": "not told",
    "ssl.ca.location": "",
    "enable.ssl.certificate.verification": True,
    "client.dns.lookup": "use_all_dns_ips",
    "broker.address.family": "v4",
    "socket.keepalive.enable": True,
    "reconnect.backoff.ms": 700,
    "topic.metadata.refresh.interval.ms": 900,
}
_CONFIG = ConsumerConfig(
    *("homes", "homes", "127.0.0.1:1", ("facts",)),
    options={**_SECURED, "fetch.min.bytes": 100, "session.timeout.ms": 9000},
)

_CLIENTS: dict[str, Callable[[ConsumerConfig], object]] = {
    "consumes": KafkaBroker,
    "sends dead letters": lambda config: Producer(producer_options(config)),
    "rebuilds and looks for a moment": KafkaTopics,
    "tells the ends": ends_of,
    "tells how long is waited": lambda config: waited_for(config, {}, {Partition("facts", 0): 1}),
    "replays": members_of,
    "asks how long topics keep records": kept_days,
}


@pytest.mark.parametrize("client", _CLIENTS.values(), ids=_CLIENTS)
def test_no_client_leaves_out_how_the_broker_is_spoken_to(
    client: Callable[[ConsumerConfig], object],
) -> None:
    mistaken = replace(_CONFIG, options={"security.protocol": "whispered"})
    with pytest.raises(KafkaException, match="whispered"):
        client(mistaken)


def test_of_the_options_all_clients_are_told_the_connections_and_no_other() -> None:
    assert connection_options(_CONFIG) == {"bootstrap.servers": "127.0.0.1:1", **_SECURED}


def test_who_sends_dead_letters_keeps_its_promise_whatever_the_consumer_is_told() -> None:
    told = producer_options(replace(_CONFIG, options={**_SECURED, "acks": 0}))
    assert told.items() >= {**_SECURED, "acks": "all", "enable.idempotence": True}.items()


def test_the_broker_is_named_to_a_client_in_one_place() -> None:
    files = (Path(__file__).parents[4] / "consumers").rglob("*.py")
    naming = {file.name for file in files if "bootstrap.servers" in file.read_text()}
    # The other one says that no option may name it.
    assert naming == {"connection.py", "config.py"}
