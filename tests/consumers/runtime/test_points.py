"""Whether all is applied that topics held at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.models import ParkedRecord, PartitionOwner
from consumers.runtime.points import Points
from consumers.runtime.records import Partition
from consumers.runtime.testing.clock import Clock

pytestmark = pytest.mark.django_db


@dataclass
class Topic:
    """A topic of two partitions, of which the broker tells, and its consumer."""

    clock: Clock = field(default_factory=Clock)
    told: dict[Partition, int] = field(default_factory=dict)
    asked: int = 0

    def ends(self, config: ConsumerConfig) -> Mapping[Partition, int]:
        self.asked += 1
        return dict(self.told)

    def hold(self, *ends: int) -> None:
        self.told = {Partition("t", number): end for number, end in enumerate(ends)}

    def apply(self, *offsets: int | None) -> None:
        for number, offset in enumerate(offsets):
            PartitionOwner.objects.update_or_create(
                consumer="c", topic="t", partition=number, defaults={"next_offset": offset}
            )


@pytest.fixture
def topic() -> Topic:
    return Topic()


@pytest.fixture
def points(topic: Topic) -> Points:
    config = ConsumerConfig("c", "c", "", topics=("t",))
    return Points(config, topic.ends, topic.clock)


def test_a_moment_is_passed_when_every_partition_is(topic: Topic, points: Points) -> None:
    now = topic.clock()
    topic.hold(5, 0)
    topic.apply(4, None)
    assert not points.is_passed(now)

    topic.apply(5, None)
    assert points.is_passed(now)
    assert points.is_passed(now - 100)
    assert topic.asked == 1


def test_an_end_that_moves_on_is_passed_all_the_same(topic: Topic, points: Points) -> None:
    then = topic.clock()
    topic.hold(5, 0)
    topic.apply(4, 0)
    assert not points.is_passed(then)

    topic.clock.move(10)
    topic.hold(9, 0)
    topic.apply(6, 0)
    assert points.is_passed(then)
    # A later moment has ends of its own.
    assert not points.is_passed(topic.clock())
    topic.apply(9, 0)
    assert points.is_passed(topic.clock())


def test_the_broker_is_asked_twice_a_second_at_most(topic: Topic, points: Points) -> None:
    topic.hold(5, 0)
    topic.apply(5, 0)
    for _ in range(100):
        points.is_passed(topic.clock())
        topic.clock.move(0.01)

    assert topic.asked in (2, 3)


def test_a_broker_that_is_away_is_left_in_peace_and_asked_again(
    topic: Topic, points: Points
) -> None:
    topic.apply(5, 0)
    assert not points.is_passed(topic.clock())
    topic.hold(5, 0)
    topic.clock.move(5)
    assert not points.is_passed(topic.clock())
    assert topic.asked == 1

    topic.clock.move(10)
    assert points.is_passed(topic.clock())


def test_a_clock_that_is_set_back_passes_nothing_that_it_saw_while_ahead(
    topic: Topic, points: Points
) -> None:
    topic.hold(5, 0)
    topic.apply(5, 0)
    topic.clock.move(86_400)
    assert points.is_passed(topic.clock())

    topic.clock.move(-86_400 + 1)
    topic.hold(6, 0)
    assert not points.is_passed(topic.clock())
    topic.apply(6, 0)
    assert points.is_passed(topic.clock())


def test_a_partition_of_which_the_broker_does_not_tell_is_not_passed(
    topic: Topic, points: Points
) -> None:
    topic.hold(5)
    topic.apply(5, 5)

    assert not points.is_passed(topic.clock())


def test_of_a_partition_that_the_consumer_does_not_know_nothing_is_applied(
    topic: Topic, points: Points
) -> None:
    topic.hold(5, 1)
    topic.apply(5)
    assert not points.is_passed(topic.clock())

    topic.hold(5, 0)
    topic.clock.move(1)
    topic.apply(5, 1)
    assert points.is_passed(topic.clock())
    topic.hold(5, 1, 0)
    topic.clock.move(1)
    assert points.is_passed(topic.clock())


def test_a_read_model_may_tell_of_itself_and_of_more_than_was_asked_for(topic: Topic) -> None:
    offsets = {Partition("t", 0): 4, Partition("other", 0): 9}
    config = ConsumerConfig("c", "c", "", topics=("t",))
    points = Points(config, topic.ends, topic.clock, lambda: offsets)
    topic.hold(5)
    assert not points.is_passed(topic.clock())

    offsets[Partition("t", 0)] = 5
    assert points.is_passed(topic.clock())


def test_what_was_passed_is_known_without_asking(topic: Topic, points: Points) -> None:
    now = topic.clock()
    topic.hold(5)
    topic.apply(5)
    assert not points.is_known(now)
    assert points.is_passed(now)
    topic.apply(4)
    assert points.is_known(now)
    assert not points.is_known(now + 1)

    topic.clock.move(-86_400)
    assert not points.is_known(now)


def test_what_is_parked_is_not_applied(topic: Topic, points: Points) -> None:
    topic.hold(5, 0)
    topic.apply(5, 0)
    place = {"consumer": "c", "topic": "t", "partition": 0, "offset": 4}
    parked = ParkedRecord.objects.create(**place, timestamp=0, state="waiting")
    assert not points.is_passed(topic.clock())

    parked.state = "dead"
    parked.save()
    assert points.is_passed(topic.clock())
