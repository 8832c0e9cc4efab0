"""Whoever reads topics outside a group finds a time in them, in memory and on Kafka."""

import uuid
from collections.abc import Iterator

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from consumers.runtime.brokers.memory import MemoryCluster
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.rebuilding.topics import KafkaTopics, MemoryTopics, Topics
from consumers.runtime.records import Partition

# In whole seconds, of the records of each partition.
_MADE = {0: (1000, 2000, 3000), 1: (1500,), 2: ()}


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.stack)])
def topics(request: pytest.FixtureRequest) -> Iterator[Topics]:
    made = _in_memory() if request.param == "memory" else _on_kafka(request)
    yield made
    made.close()


def _in_memory() -> Topics:
    cluster = MemoryCluster()
    cluster.create_topic("facts", len(_MADE))
    for partition, times in _MADE.items():
        for time in times:
            cluster.append("facts", b"k", b"v", timestamp=time, partition=partition)
    return MemoryTopics(cluster, ("facts",))


def _on_kafka(request: pytest.FixtureRequest) -> Topics:
    name, bootstrap = f"facts-{uuid.uuid4().hex[:8]}", request.getfixturevalue("kafka_bootstrap")
    # As old as its records are, a topic of the default kind may drop them at any time.
    kept = NewTopic(name, len(_MADE), 1, config={"retention.ms": "-1"})
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([kept])[name].result(30)
    producer = Producer({"bootstrap.servers": bootstrap})
    for partition, times in _MADE.items():
        for time in times:
            producer.produce(name, b"v", b"k", partition, timestamp=time * 1000)
    assert producer.flush(30) == 0
    return KafkaTopics(ConsumerConfig("tried", name, bootstrap, (name,)))


@pytest.mark.parametrize(
    ("moment", "offsets"),
    [
        (0.0, {0: 0, 1: 0, 2: 0}),
        (1000.5, {0: 1, 1: 0, 2: 0}),
        (2000.0, {0: 1, 1: 1, 2: 0}),
        (3000.001, {0: 3, 1: 1, 2: 0}),
    ],
)
def test_a_moment_leads_to_the_first_record_that_is_not_older_or_to_the_end(
    topics: Topics, moment: float, offsets: dict[int, int]
) -> None:
    assert {place.number: at for place, at in topics.offsets_at(moment).items()} == offsets


def test_all_is_read_from_where_a_moment_leads(topics: Topics) -> None:
    assert sorted(topics.bounds().values()) == [(0, 0), (0, 1), (0, 3)]
    topics.start(topics.offsets_at(1200.0))
    read = list[tuple[Partition, int]]()
    while len(read) < 3:
        read += [(record.source, record.offset) for record in topics.read(10)]
    assert sorted((place.number, at) for place, at in read) == [(0, 1), (0, 2), (1, 0)]
