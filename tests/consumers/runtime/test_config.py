"""Patience as numbers."""

import pytest

from consumers.runtime.assembly import subscribed
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


def test_a_consumer_that_handles_nothing_is_refused() -> None:
    with pytest.raises(MistakenConsumer, match="handles nothing"):
        subscribed(ConsumerConfig("idle", "idle", ""), Consumer("idle"))
