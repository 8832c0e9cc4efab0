"""Whether topics are known to be current: told by a capture that is heard, and by nothing else."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from consumers.runtime.brokers.heartbeats import Heartbeats
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.testing.clock import Clock
from stack.readiness import wait


def config(bootstrap: str, topic: str) -> ConsumerConfig:
    return ConsumerConfig("tried", "tried", bootstrap, ("facts",), heartbeats=topic)


@dataclass
class Capture:
    """A topic of heartbeats, and who makes them."""

    bootstrap: str
    topic: str

    def beat(self, at: float) -> None:
        producer = Producer({"bootstrap.servers": self.bootstrap, "log_level": 0})
        producer.produce(self.topic, b"{}", timestamp=int(at * 1000))
        assert producer.flush(30) == 0


@pytest.fixture
def capture(kafka_bootstrap: str) -> Capture:
    topic = f"heartbeats-{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap, "log_level": 0})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
    return Capture(kafka_bootstrap, topic)


@contextmanager
def heard(capture: Capture, clock: Callable[[], float]) -> Iterator[Heartbeats]:
    heartbeats = Heartbeats(config(capture.bootstrap, capture.topic), clock)
    with heartbeats.listening():
        yield heartbeats


def test_where_nobody_makes_any_all_is_taken_as_well() -> None:
    heartbeats = Heartbeats(config("127.0.0.1:1", ""))
    with heartbeats.listening():
        assert heartbeats.are_heard()


def test_a_broker_that_is_away_tells_nothing() -> None:
    heartbeats = Heartbeats(config("127.0.0.1:1", "heartbeats"))
    with heartbeats.listening():
        assert not heartbeats.are_heard()


@pytest.mark.stack
def test_a_heartbeat_counts_for_a_while_and_the_next_goes_on(capture: Capture) -> None:
    clock = Clock(float(int(time.time())))
    with heard(capture, clock) as heartbeats:
        assert not heartbeats.are_heard()
        capture.beat(clock())
        assert wait(heartbeats.are_heard, 30)
        clock.move(14.9)
        assert heartbeats.are_heard()
        clock.move(0.2)
        assert not heartbeats.are_heard()
        capture.beat(clock())
        assert wait(heartbeats.are_heard, 30)
        # Set back by an hour, the clock knows no more than before.
        clock.move(-3600)
        assert not heartbeats.are_heard()


@pytest.mark.stack
def test_who_begins_is_told_of_the_last_one_and_an_old_one_is_old(capture: Capture) -> None:
    clock = Clock(float(int(time.time())))
    capture.beat(clock() - 60)
    with heard(capture, clock) as heartbeats:
        assert wait(lambda: heartbeats._made_at == clock() - 60, 30)
        assert not heartbeats.are_heard()
    capture.beat(clock() - 5)
    with heard(capture, clock) as heartbeats:
        assert wait(heartbeats.are_heard, 30)
