"""The consumer's own address."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from cdc.contracts.events import ListingRepriced
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import StopConsumer
from consumers.runtime.health.address import Address, serve_health, status_json
from consumers.runtime.health.metrics import METRICS
from consumers.runtime.health.overview import from_json, of_all, of_running, of_stopped
from consumers.runtime.health.progress import Progress
from consumers.runtime.parking.counts import ParkedCounts, parked_counts
from consumers.runtime.parking.database import DatabaseLot
from consumers.runtime.parking.port import Parked
from consumers.runtime.records import Partition, Record
from consumers.runtime.testing.records import told_event

CONFIG = ConsumerConfig("search", "homes", "", version="2026.47")
FIRST, SECOND = Partition("t", 0), Partition("t", 1)


def record(number: int, partition: int = 0, home: int = 7) -> Record:
    """Give the record that tells the version of the same number of a home."""
    _, key, value, headers = told_event(ListingRepriced(home, 2, 1), number, "id", 0.0)
    return Record("t", partition, number, key, value, headers, 998.5)


@pytest.fixture
def progress() -> Progress:
    """Give one of a process that has taken seven records, with two read and three to come."""
    progress = Progress(clock=lambda: 1000.0)
    progress.assigned({FIRST: None, SECOND: 4})
    progress.took([record(n) for n in range(7)])
    progress.measure({FIRST: 5, SECOND: 0})
    progress.read([record(20), record(23)])
    progress.turned()
    return progress


@pytest.fixture
def address(progress: Progress) -> Iterator[str]:
    server = serve_health(CONFIG, progress, 0)
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_loop_that_turns_is_healthy_and_one_that_does_not_is_not(
    progress: Progress, address: str
) -> None:
    assert httpx.get(f"{address}/healthz").status_code == 200
    progress.is_stuck = True
    assert httpx.get(f"{address}/healthz").status_code == 503
    progress.is_stuck, progress.last_turn_at = False, 900.0
    assert httpx.get(f"{address}/healthz?x=1").status_code == 503
    assert httpx.get(f"{address}/nowhere").status_code == 404


def test_ready_is_who_has_partitions_a_store_and_nothing_left_to_read(progress: Progress) -> None:
    new = Progress(clock=lambda: 1000.0)
    assert "no partition" in Address(CONFIG, new).answer("/readyz")[2]
    ready = Address(CONFIG, progress)
    assert ready.answer("/readyz") == (
        503,
        "text/plain",
        "records wait to be read: 3 to go, 70 % done\n",
    )
    progress.is_caught_up = True
    assert ready.answer("/readyz")[0] == 200
    progress.is_store_away = True
    assert ready.answer("/readyz") == (
        503,
        "text/plain",
        "the store is away: 3 to go, 70 % done\n",
    )


@pytest.mark.django_db
def test_the_figures_of_each_partition_are_told_to_machines_and_people(progress: Progress) -> None:
    lot = DatabaseLot("search")
    lot.load([FIRST])
    for number, state, holds in ((7, "dead", True), (8, "queued", True), (9, "dead", False)):
        home = 1 if number < 9 else 2
        lot.put(Parked(record(number, home=home), state, holds_key=holds))  # type: ignore[arg-type]
    progress.handled(0.02)
    progress.retried(record(7))
    progress.buried(record(7))
    address = Address(CONFIG, progress)

    lines = address.answer("/metrics")[2].splitlines()
    of_first = 'consumer="search",topic="t",partition="0"'
    for line in (
        f"consumer_next_offset{{{of_first}}} 8",
        f"consumer_lag_records{{{of_first}}} 5",
        f"consumer_lag_seconds{{{of_first}}} 1.5",
        # From 20 to 23, which are read, and 7, which is dead and holds its key, and 8.
        f"consumer_lag_versions{{{of_first}}} 6",
        f"consumer_parked_keys{{{of_first}}} 2",
        f"consumer_dead_letters{{{of_first}}} 2",
        'consumer_next_offset{consumer="search",topic="t",partition="1"} 4',
        'consumer_records_total{consumer="search"} 7',
        'consumer_retries_total{consumer="search"} 1',
        'consumer_handle_seconds_bucket{consumer="search",le="0.01"} 0',
        'consumer_handle_seconds_bucket{consumer="search",le="0.05"} 1',
    ):
        assert line in lines
    assert json.loads(address.answer("/status")[2])["lines"][0]["parked_records"] == 3
    page = address.answer("/")[2]
    assert "<td>8</td><td>5</td><td>1.5</td><td>6</td><td>2</td><td>3</td><td>2</td>" in page
    assert "Not ready: records wait to be read." in page
    assert "<script" not in page


@pytest.mark.django_db
def test_every_metric_that_is_told_stands_in_the_table_and_the_other_way_round(
    progress: Progress,
) -> None:
    told = Address(CONFIG, progress).answer("/metrics")[2]
    names = {
        re.sub("_(bucket|sum|count)$", "", line.partition("{")[0])
        for line in told.splitlines()
        if not line.startswith("#")
    }
    assert names == {metric.name for metric in METRICS}
    assert all(metric.help.endswith(".") for metric in METRICS)


def test_a_lot_that_cannot_be_asked_leaves_its_figures_out(progress: Progress) -> None:
    overview = of_running(CONFIG, progress, None)
    assert overview.lines[0].parked_keys is overview.lines[0].lag_versions is None
    assert from_json(json.loads(status_json(overview))) == overview


def test_several_processes_are_one_consumer(progress: Progress) -> None:
    other = Progress(clock=lambda: 1000.0)
    other.assigned({Partition("a", 0): None})
    other.turned()
    idle = Progress(clock=lambda: 1000.0)
    parts = [of_running(CONFIG, each, {}) for each in (progress, other, idle)]
    whole = of_all(parts)
    assert [line.topic for line in whole.lines] == ["a", "t", "t"]
    assert (whole.applied, whole.unready) == (7, "records wait to be read")


def test_a_consumer_that_is_down_is_told_from_its_store(progress: Progress) -> None:
    lot = {SECOND: ParkedCounts(1, 2, 1, 2)}
    told = of_stopped(CONFIG, {FIRST: 7}, {FIRST: 10, SECOND: 4}, {FIRST: 60.0}, lot)
    assert (told.is_running, told.unready) == (False, "it does not run")
    lags = [(line.next_offset, line.lag_records, line.lag_seconds) for line in told.lines]
    assert lags == [(7, 3, 60.0), (None, 4, None)]
    assert told.lines[1].parked_records == 2


def test_counters_outlive_their_partition_and_rates_follow_what_is_taken() -> None:
    now = [1000.0]
    progress = Progress(clock=lambda: now[0])
    progress.assigned({FIRST: 0})
    progress.measure({})
    progress.took([record(n) for n in range(100)])
    now[0] += 5
    progress.measure({})
    # Twenty a second for one half-life, after nothing.
    assert progress.partitions[FIRST].rate == pytest.approx(10.0)
    progress.revoked([FIRST])
    assert (progress.applied, progress.partitions) == (100, {})


def test_a_parked_record_that_is_applied_late_moves_no_offset_back(progress: Progress) -> None:
    progress.unparked(record(2))
    assert progress.partitions[FIRST].offset == 7


@pytest.mark.django_db
def test_nothing_parked_is_no_count() -> None:
    assert parked_counts("search") == {}


def test_a_port_that_is_taken_is_named(progress: Progress, address: str) -> None:
    port = int(address.rpartition(":")[2])
    with pytest.raises(StopConsumer, match=f"health port {port}"):
        serve_health(CONFIG, progress, port)
