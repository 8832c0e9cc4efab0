"""What Connect writes in transactions is read out like anything else."""

import pytest
from confluent_kafka import Producer

from consumers.runtime.brokers.ends import ends_before_marks, ends_of
from consumers.runtime.records import Partition
from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import KafkaWorld, make_loop, turn_until

pytestmark = pytest.mark.stack


def test_the_mark_behind_a_transaction_is_nothing_left_to_read(kafka_bootstrap: str) -> None:
    world, ledger = KafkaWorld(kafka_bootstrap), Ledger()
    producer = _producer(kafka_bootstrap, world.name)
    for value in (b"1", b"2"):
        producer.begin_transaction()
        producer.produce(world.name, value, b"k", partition=0)
        producer.commit_transaction(30)

    loop = make_loop(world, ledger)
    turn_until(loop, lambda: ledger.was_caught_up)

    assert ledger.durable == [b"1", b"2"]
    assert loop.progress.unread == 0
    loop._broker.close()


def test_the_end_that_is_asked_from_outside_is_behind_the_last_record(kafka_bootstrap: str) -> None:
    plain, marked = KafkaWorld(kafka_bootstrap), KafkaWorld(kafka_bootstrap)
    plain.append(1, b"1")
    plain.append(1, b"2")
    producer = _producer(kafka_bootstrap, marked.name)
    producer.begin_transaction()
    producer.produce(marked.name, b"1", b"k", partition=0)
    producer.commit_transaction(30)

    assert ends_of(plain.config) == {Partition(plain.name, 0): 0, Partition(plain.name, 1): 2}
    assert ends_before_marks(marked.config) == {
        Partition(marked.name, 0): 1,
        Partition(marked.name, 1): 0,
    }


def _producer(bootstrap: str, name: str) -> Producer:
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": name, "log_level": 0})
    producer.init_transactions(30)
    return producer
