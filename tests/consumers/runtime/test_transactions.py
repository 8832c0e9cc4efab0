"""What Connect writes in transactions is read out like anything else."""

import pytest
from confluent_kafka import Producer

from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import KafkaWorld, make_loop, turn_until

pytestmark = pytest.mark.stack


def test_the_mark_behind_a_transaction_is_nothing_left_to_read(kafka_bootstrap: str) -> None:
    world, ledger = KafkaWorld(kafka_bootstrap), Ledger()
    producer = Producer(
        {"bootstrap.servers": kafka_bootstrap, "transactional.id": world.name, "log_level": 0}
    )
    producer.init_transactions(30)
    for value in (b"1", b"2"):
        producer.begin_transaction()
        producer.produce(world.name, value, b"k", partition=0)
        producer.commit_transaction(30)

    loop = make_loop(world, ledger)
    turn_until(loop, lambda: ledger.was_caught_up)

    assert ledger.durable == [b"1", b"2"]
    assert loop.progress.lag_records == 0
    loop._broker.close()
