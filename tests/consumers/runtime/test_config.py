"""Patience as numbers."""

import pytest
from confluent_kafka import Consumer as KafkaClient

from consumers.runtime.assembly import subscribed
from consumers.runtime.brokers.kafka import consumer_options
from consumers.runtime.config import ConsumerConfig, RetryPolicy
from consumers.runtime.consumer import Consumer
from consumers.runtime.errors import MistakenConsumer


def test_delays_grow_up_to_the_longest() -> None:
    policy = RetryPolicy(first_delay=1, factor=2, longest_delay=10, jitter=0)
    assert [policy.delay(attempt) for attempt in (1, 2, 3, 4, 5, 5000)] == [1, 2, 4, 8, 10, 10]


def test_jitter_spreads_a_delay_both_ways() -> None:
    policy = RetryPolicy(first_delay=1, jitter=0.2)
    assert policy.delay(1, lambda: 0.0) == pytest.approx(0.8)
    assert policy.delay(1, lambda: 1.0) == pytest.approx(1.2)


def test_unless_told_three_attempts_are_made_ever_later_and_not_all_at_once() -> None:
    policy = RetryPolicy()
    assert ConsumerConfig("homes", "homes", "").retry == policy
    assert (policy.attempts, policy.factor) == (3, 2.0)
    assert 0 < policy.jitter < 1
    for attempt in range(1, 20):
        earliest, latest = policy.delay(attempt, lambda: 0.0), policy.delay(attempt, lambda: 1.0)
        assert 0 < earliest < latest <= policy.longest_delay * (1 + policy.jitter)
        assert (earliest + latest) / 2 == pytest.approx(
            min(policy.first_delay * 2.0 ** (attempt - 1), policy.longest_delay)
        )


def test_a_consumer_that_handles_nothing_is_refused() -> None:
    with pytest.raises(MistakenConsumer, match="handles nothing"):
        subscribed(ConsumerConfig("idle", "idle", ""), Consumer("idle"))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("enable.auto.commit", True),
        ("auto.commit.enable", True),
        ("enable.auto.offset.store", True),
        ("group.protocol", "classic"),
        ("group.instance.id", "one"),
        ("isolation.level", "read_uncommitted"),
        ("auto.offset.reset", "latest"),
        ("default.topic.config", {"auto.offset.reset": "latest"}),
    ],
)
def test_no_option_may_undo_what_is_promised(option: str, value: object) -> None:
    with pytest.raises(MistakenConsumer, match=f"options of homes may not set {option}: "):
        ConsumerConfig("homes", "homes", "", options={"fetch.min.bytes": 1, option: value})


def test_everything_that_the_runtime_tells_the_client_for_its_promise_is_its_own() -> None:
    told = consumer_options(ConsumerConfig("homes", "homes", ""))
    tuned = {
        name for name in told if name.startswith(("max.poll.", "reconnect.", "topic.", "queued."))
    }
    for option in told.keys() - tuned:
        with pytest.raises(MistakenConsumer):
            ConsumerConfig("homes", "homes", "", options={option: told[option]})
    free = ConsumerConfig("homes", "homes", "", options={"queued.max.messages.kbytes": 1})
    assert consumer_options(free)["queued.max.messages.kbytes"] == 1


@pytest.mark.parametrize(
    ("stuck", "polled"), [(1.0, 300.0), (120.0, 300.0), (400.0, 800.0), (1e9, 86_400.0)]
)
def test_the_group_waits_longer_for_a_poll_than_a_rebalance_for_the_handlers(
    stuck: float, polled: float
) -> None:
    told = consumer_options(ConsumerConfig("homes", "homes", "", stuck_seconds=stuck))
    assert told["max.poll.interval.ms"] == polled * 1000
    # The client takes it.
    KafkaClient({**told, "bootstrap.servers": "127.0.0.1:1", "log_level": 0}).close()
