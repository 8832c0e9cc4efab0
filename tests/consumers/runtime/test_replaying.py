"""Offsets moved back: how far, of what, and what the stores then know."""

from argparse import ArgumentTypeError
from collections.abc import Mapping

import pytest

from consumers.runtime.brokers.memory import MemoryCluster
from consumers.runtime.loop.database_orders import DatabaseOrders
from consumers.runtime.management.commands.replay import moment, place
from consumers.runtime.models import PartitionOwner
from consumers.runtime.rebuilding.topics import MemoryTopics
from consumers.runtime.records import Partition
from consumers.runtime.replaying import (
    DatabaseOffsets,
    Move,
    OrderedOffsets,
    ReadModelOffsets,
    ReplayRefused,
    moves,
    wanted_since,
)
from tests.consumers.runtime.ledger import Ledger

FIRST, SECOND = Partition("facts", 0), Partition("facts", 1)
OTHER = Partition("others", 0)
KNOWN = {FIRST: 8, SECOND: 10, OTHER: 10}


@pytest.fixture
def topics() -> MemoryTopics:
    cluster = MemoryCluster()
    cluster.create_topic("facts", 2)
    for number in range(30):
        topic, partition = ("facts", number % 3) if number % 3 < 2 else ("others", 0)
        cluster.append(topic, b"k", b"v", timestamp=float(number), partition=partition)
    return MemoryTopics(cluster, ("facts", "others"))


def test_a_moment_leads_each_partition_back_to_its_first_record_since(topics: MemoryTopics) -> None:
    wanted = wanted_since(topics, KNOWN, 15.0, None)
    assert moves(topics, KNOWN, wanted) == [
        Move(FIRST, 8, 5),
        Move(SECOND, 10, 5),
        Move(OTHER, 10, 5),
    ]
    wanted = wanted_since(topics, KNOWN, 15.0, "others")
    assert [move.records for move in moves(topics, KNOWN, wanted)] == [5]


def test_nothing_is_ever_moved_forward(topics: MemoryTopics) -> None:
    assert moves(topics, KNOWN, wanted_since(topics, KNOWN, 1000.0, None)) == []
    assert moves(topics, KNOWN, {FIRST: 9}) == []


@pytest.mark.parametrize("partition", [Partition("facts", 7), Partition("strange", 0)])
def test_what_was_never_read_is_refused(topics: MemoryTopics, partition: Partition) -> None:
    with pytest.raises(ReplayRefused, match="never read"):
        moves(topics, KNOWN, {partition: 0})


def test_a_topic_that_was_never_read_is_refused_and_those_that_were_are_named(
    topics: MemoryTopics,
) -> None:
    with pytest.raises(ReplayRefused, match="never read: strange; it reads facts, others"):
        wanted_since(topics, KNOWN, 15.0, "strange")


@pytest.mark.django_db
def test_the_database_remembers_until_where_it_is_a_replay_and_fences_a_late_writer() -> None:
    PartitionOwner.objects.create(consumer="tried", topic="facts", partition=0, next_offset=8)
    PartitionOwner.objects.create(consumer="other", topic="facts", partition=0, next_offset=9)
    offsets = DatabaseOffsets("tried")
    assert offsets.known() == {FIRST: 8}
    offsets.move([Move(FIRST, 8, 5)])
    # A second one, before the first was read out, is a replay up to the same place.
    offsets.move([Move(FIRST, 5, 2)])
    row = PartitionOwner.objects.get(consumer="tried")
    assert (row.next_offset, row.replay_until, row.epoch) == (2, 8, 3)
    assert PartitionOwner.objects.get(consumer="other").next_offset == 9


def test_a_read_model_is_told_its_older_offsets() -> None:
    ledger = Ledger()
    ledger.offsets = {FIRST: 8, SECOND: 4}
    ReadModelOffsets(ledger).move([Move(FIRST, 8, 5)])
    assert ReadModelOffsets(ledger).known() == {FIRST: 5, SECOND: 4}


@pytest.mark.django_db
def test_an_order_is_carried_out_by_whoever_owns_the_partition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders, seen = DatabaseOrders("tried"), list[Mapping[Partition, int]]()

    def obey(_: float) -> None:
        seen.append(orders.open())
        for partition in seen[-1]:
            orders.done(partition)

    monkeypatch.setattr("consumers.runtime.replaying.time.sleep", obey)
    DatabaseOrders("other").give({FIRST: 1})
    orders.give({FIRST: 4})
    OrderedOffsets("tried").move([Move(FIRST, 8, 5), Move(SECOND, 10, 5)])
    assert seen == [{FIRST: 5, SECOND: 5}]
    assert DatabaseOrders("other").open() == {FIRST: 1}


@pytest.mark.django_db
def test_an_order_that_nobody_obeys_is_withdrawn() -> None:
    with pytest.raises(ReplayRefused, match="nobody obeyed within 0 s"):
        OrderedOffsets("tried", patience=0).move([Move(FIRST, 8, 5)])
    assert DatabaseOrders("tried").open() == {}


def test_moments_and_places_are_read_as_people_write_them() -> None:
    assert moment("2026-11-24T10:00Z") == moment("2026-11-24T11:00+01:00") == 1795514400.0
    assert place("listing.cdc.listings/0/1200") == (Partition("listing.cdc.listings", 0), 1200)
    for bad in ("yesterday", "2026-11-24T10:00"):
        with pytest.raises(ArgumentTypeError):
            moment(bad)
    for bad in ("listings", "a/b/c", "/0/1", "a/0/-1"):
        with pytest.raises(ArgumentTypeError):
            place(bad)
