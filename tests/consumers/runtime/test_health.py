"""The consumer's own address."""

from collections.abc import Iterator

import httpx
import pytest

from consumers.runtime.errors import StopConsumer
from consumers.runtime.health import serve_health
from consumers.runtime.progress import Progress
from consumers.runtime.records import Partition, Record


@pytest.fixture
def progress() -> Progress:
    return Progress(clock=lambda: 1000.0)


@pytest.fixture
def address(progress: Progress) -> Iterator[str]:
    server = serve_health("search", progress, 0)
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_loop_that_turns_is_healthy_and_one_that_does_not_is_not(
    progress: Progress, address: str
) -> None:
    progress.last_turn_at = 999.0
    assert httpx.get(f"{address}/healthz").status_code == 200
    progress.last_turn_at = 900.0
    assert httpx.get(f"{address}/healthz").status_code == 503


def test_the_metrics_tell_both_kinds_of_lag(progress: Progress, address: str) -> None:
    progress.took([Record("t", 0, n, None, None, (), 998.5) for n in range(7)])
    progress.lag = {Partition("t", 0): 3}
    lines = httpx.get(f"{address}/metrics").text.splitlines()
    assert "consumer_search_records_applied 7" in lines
    assert "consumer_search_lag_records 3" in lines
    assert "consumer_search_lag_seconds 1.5" in lines


def test_a_consumer_with_nothing_waiting_is_not_late(progress: Progress) -> None:
    progress.took([Record("t", 0, 0, None, None, (), 1.0)])
    progress.lag = {Partition("t", 0): 0}
    assert progress.lag_seconds == 0.0


def test_a_port_that_is_taken_is_named(progress: Progress, address: str) -> None:
    port = int(address.rpartition(":")[2])
    with pytest.raises(StopConsumer, match=f"health port {port}"):
        serve_health("search", progress, port)
