"""Hot partitions, counted on a broker that the client library brings."""

from collections.abc import Iterator

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from cdc.contracts.topics import LISTING_EVENTS, LISTING_ROWS
from cdc.doctor.pipe import examine_skew
from cdc.skew import Skew, skewed


@pytest.fixture
def producer() -> Iterator[Producer]:
    """Give a producer whose mock broker has four partitions a topic."""
    made = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 1, "log_level": 0})
    yield made
    made.flush(10)


def fill(producer: Producer, topic: str, *records: int) -> AdminClient:
    """Write so many records to each of the partitions, and return a client to look at them."""
    for partition, count in enumerate(records):
        for _ in range(count):
            producer.produce(topic, b"", partition=partition)
    assert producer.flush(10) == 0
    (broker,) = producer.list_topics(timeout=10).brokers.values()
    return AdminClient({"bootstrap.servers": f"{broker.host}:{broker.port}", "log_level": 0})


def test_a_partition_with_over_three_times_the_mean_is_hot(producer: Producer) -> None:
    admin = fill(producer, LISTING_EVENTS, 4, 80, 8, 8)

    assert list(skewed(admin, enough=100)) == [Skew(LISTING_EVENTS, 1, 80, 100)]
    (finding,) = examine_skew(admin, enough=100)
    assert finding.fact == "listing.events: partition 1 holds 80 of 100 records (80%)"
    # Too few to tell.
    assert list(skewed(admin, enough=101)) == []


def test_even_and_compacted_topics_are_not(producer: Producer) -> None:
    fill(producer, LISTING_ROWS, 100, 0, 0, 0)

    assert list(skewed(fill(producer, LISTING_EVENTS, 75, 9, 8, 8), enough=100)) == []
