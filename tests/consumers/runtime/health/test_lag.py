"""Lag in records, in seconds and in versions is what these names say."""

import pytest

from cdc.contracts.events import ListingRepriced
from cdc.contracts.tables import LISTINGS
from consumers.runtime.brokers.ends import ends_of
from consumers.runtime.brokers.heads import waited_for
from consumers.runtime.brokers.memory import MemoryCluster
from consumers.runtime.health.lag import Lag, lags
from consumers.runtime.health.progress import Progress
from consumers.runtime.records import Partition, Record
from consumers.runtime.testing.records import Told, told_event, told_row
from stack.readiness import wait
from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import (
    FromTheBeginning,
    KafkaWorld,
    MemoryWorld,
    World,
    make_loop,
    turn_until,
)

HOMES = Partition("homes", 0)
HOUR = 3600.0


class Moving:
    """A process with one partition, and its clock."""

    def __init__(self, start: int | None = 0) -> None:
        self.now = HOUR
        self.progress = Progress(clock=lambda: self.now)
        self.progress.assigned({HOMES: start})

    @property
    def lag(self) -> Lag:
        return lags(self.progress)[HOMES]

    def took(self, *records: Record) -> None:
        self.progress.read(records)
        self.progress.took(records)
        self.progress.took_all()


@pytest.fixture
def process() -> Moving:
    return Moving()


def record(offset: int, made: float, told: Told | None = None) -> Record:
    _, key, value, headers = told or Told("homes", b"k", b"v")
    return Record(*HOMES, offset, key, value, headers, made)


def repriced(offset: int, home: int, version: int) -> Record:
    return record(offset, 1.0, told_event(ListingRepriced(home, 2, 1), version, "id", 0.0))


def test_a_record_that_comes_after_a_quiet_hour_has_not_waited_an_hour(process: Moving) -> None:
    process.took(record(0, made=0.5))
    process.progress.measure({HOMES: 0})
    assert process.lag == (0, 0.0, 0)
    process.now += 1
    process.progress.measure({HOMES: 1})
    # It is not read yet; a second ago nothing was there.
    assert process.lag == (1, 1.0, 0)
    process.progress.read([record(1, made=process.now - 0.25)])
    assert process.lag == (1, 0.25, 0)


def test_a_record_whose_handler_takes_long_waits_whatever_was_measured_before(
    process: Moving,
) -> None:
    process.progress.measure({HOMES: 0})
    process.progress.read([record(0, made=HOUR - 1), record(1, made=HOUR)])
    process.now += 60
    assert process.lag[:2] == (2, 61.0)
    process.progress.took([record(0, made=HOUR - 1)])
    assert process.lag[:2] == (1, 60.0)
    process.progress.took_all()
    assert process.lag[:2] == (0, 0.0)


def test_of_a_backlog_the_oldest_unread_record_is_no_older_than_the_last_that_was_taken(
    process: Moving,
) -> None:
    process.took(record(0, made=HOUR - 10), record(1, made=HOUR - 9))
    process.progress.measure({HOMES: 5000})
    assert process.lag == (5000, 9.0, 0)


def test_before_a_fetch_nothing_is_known(process: Moving) -> None:
    unknown = process.lag
    assert unknown == (None, None, 0)
    process.progress.measure({HOMES: 3})
    assert process.lag == (3, None, 0)


def test_a_record_that_is_read_is_counted_once(process: Moving) -> None:
    process.progress.measure({HOMES: 3})
    process.progress.read([record(0, made=HOUR), record(1, made=HOUR)])
    assert process.lag.records == 3
    process.progress.read([record(2, made=HOUR)])
    assert process.lag.records == 3


def test_versions_are_those_of_aggregates_and_not_records(process: Moving) -> None:
    # The first home goes from 4 to 9, though nobody tells what lies between, and the second
    # to 2; two events of one version are one step.
    process.progress.read(
        [repriced(0, 7, 5), repriced(1, 8, 2), repriced(2, 7, 9), repriced(3, 8, 2)]
    )
    assert process.lag.versions == 5 + 1
    process.progress.took([repriced(0, 7, 5)])
    assert process.lag.versions == 1 + 1


def test_rows_tell_versions_too_and_whatever_cannot_be_read_tells_none(process: Moving) -> None:
    rows = [told for v in (3, 4) for told in told_row(LISTINGS, {"id": 7, "version": v}, "u", v, 0)]
    gone = told_row(LISTINGS, {"id": 7, "version": 4}, "d", 5, 0)
    broken = [
        Told("homes", None, b"{"),
        Told("homes", b"k", b"", (("ce_type", b"ListingRepriced"), ("aggregateversion", b"x"))),
        Told("homes", b"k", b"", (("ce_type", b"Unheard"), ("aggregateversion", b"1"))),
        Told("homes", b'{"id": 8}', rows[0].value and rows[0].value.replace(b"3", b"-3")),
    ]
    records = [record(n, 0.0, told) for n, told in enumerate([*rows, *gone, *broken])]
    process.progress.read(records)
    assert process.lag.versions == 2


def test_what_is_read_again_on_purpose_keeps_nobody_waiting(process: Moving) -> None:
    process.took(*(repriced(n, 7, n + 1) for n in range(3)))
    process.progress.rewound(HOMES, 0)
    process.progress.read([repriced(n, 7, n + 1) for n in range(3)])
    process.progress.measure({HOMES: 0})
    assert process.lag == (3, 0.0, 0)
    process.progress.read([repriced(3, 7, 4)])
    assert process.lag == (4, HOUR - 1, 1)


def test_what_was_read_of_a_partition_that_went_is_forgotten(process: Moving) -> None:
    process.progress.read([record(0, made=0.0)])
    process.progress.revoked([HOMES])
    process.progress.assigned({HOMES: 0})
    process.progress.measure({HOMES: 0})
    assert process.lag == (0, 0.0, 0)


def test_the_loop_tells_of_the_record_that_is_being_handled() -> None:
    world, ledger, told = MemoryWorld(), Ledger(), list[tuple[int | None, float | None]]()
    world.cluster = MemoryCluster(clock=lambda: 100.0)
    world.cluster.create_topic(world.name, 2)

    def handle(record: Record) -> None:
        told.append(lags(loop.progress)[record.source][:2])
        ledger.handle(record)

    loop = make_loop(world, ledger, handle)
    loop.progress.clock = lambda: 130.0
    world.append(0, b"first")
    turn_until(loop, lambda: ledger.was_caught_up)
    world.append(0, b"second")
    turn_until(loop, lambda: len(ledger.durable) == 2)
    assert told == [(None, 30.0), (1, 30.0)]
    assert lags(loop.progress)[Partition(world.name, 0)] == (0, 0.0, 0)


def test_what_comes_while_nothing_is_read_is_counted(world: World, ledger: Ledger) -> None:
    world.append(0, b"0")
    ledger.refusals = 1_000_000
    loop = make_loop(world, ledger)
    turn_until(loop, lambda: loop.progress.is_store_away)
    for number in range(1, 4):
        world.append(1, b"%d" % number)
    turn_until(loop, lambda: lags(loop.progress)[Partition(world.name, 1)].records == 3)
    ledger.refusals = 0
    turn_until(loop, lambda: len(ledger.durable) == 4)
    loop._broker.close()


@pytest.mark.stack
def test_how_long_records_wait_for_a_consumer_that_is_down(kafka_bootstrap: str) -> None:
    world = KafkaWorld(kafka_bootstrap)
    for number in range(3):
        world.append(0, b"%d" % number)
    first, second = Partition(world.name, 0), Partition(world.name, 1)
    offsets, ends = {first: 1, second: 0}, ends_of(world.config)
    broker = world.client()
    broker.subscribe(FromTheBeginning())
    read = list[Record]()

    def is_read() -> bool:
        read.extend(broker.read(10, 0.1))
        return len(read) == 3

    assert wait(is_read, 30)
    broker.close()
    told = waited_for(world.config, offsets, ends, clock=lambda: read[1].timestamp + 90)
    assert told == {first: pytest.approx(90.0), second: 0.0}
    # What the broker says is behind may be the mark of a transaction only.
    told = waited_for(world.config, {first: 3}, {first: 4})
    assert told == {first: 0.0}
