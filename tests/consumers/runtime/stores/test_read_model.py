"""A change alone is made visible at once; of many that come together, few flushes are made."""

from collections.abc import Mapping

import pytest

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.read_model import ReadModelStore
from consumers.runtime.testing.clock import Clock

PLACE = Partition("t", 0)


class Flushes:
    """A read model that remembers up to which offset each flush went."""

    def __init__(self) -> None:
        self.offsets: list[int] = []

    def resume_from(self) -> Mapping[Partition, int]:
        return {}

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        self.offsets.append(offsets[PLACE])

    def caught_up(self) -> None:
        return


@pytest.fixture
def flushes() -> Flushes:
    return Flushes()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(flushes: Flushes, clock: Clock) -> ReadModelStore:
    config = ConsumerConfig("tried", "group", "nowhere", flush_records=500, flush_seconds=0.1)
    return ReadModelStore(flushes, config, clock)


def handle(store: ReadModelStore, first: int, end: int) -> None:
    store.fresh([Record("t", 0, at, b"k", b"", (), 0.0) for at in range(first, end)])
    with store.unit({PLACE: end}):
        pass


def test_a_change_that_comes_alone_waits_for_no_other(
    store: ReadModelStore, flushes: Flushes
) -> None:
    handle(store, 0, 1)
    assert store.settle(idle=False) == {}
    # The next look at the topic, some milliseconds later, finds nothing.
    assert store.settle(idle=True) == {PLACE: 1}
    assert flushes.offsets == [1]


def test_changes_that_keep_coming_are_flushed_when_the_first_of_them_is_old(
    store: ReadModelStore, flushes: Flushes, clock: Clock
) -> None:
    for number in range(12):
        handle(store, number, number + 1)
        store.settle(idle=False)
        clock.move(0.03)
    assert flushes.offsets == [5, 10]


def test_so_many_changes_are_flushed_however_young(store: ReadModelStore, flushes: Flushes) -> None:
    for first in range(0, 1_500, 100):
        handle(store, first, first + 100)
        store.settle(idle=False)
    assert flushes.offsets == [500, 1_000, 1_500]


def test_nothing_handled_is_nothing_to_flush(store: ReadModelStore, flushes: Flushes) -> None:
    assert store.settle(idle=True) == {}
    assert flushes.offsets == []
