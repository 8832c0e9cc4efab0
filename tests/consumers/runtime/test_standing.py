"""`status`: a consumer that runs tells it itself, of one that does not its store tells."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from cdc.contracts.topics import LISTING_ROWS
from consumers.runtime.brokers import kafka
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import StopConsumer
from consumers.runtime.health import serve_health
from consumers.runtime.models import PartitionOwner
from consumers.runtime.parking.database import DatabaseLot
from consumers.runtime.parking.port import Parked
from consumers.runtime.progress import Progress
from consumers.runtime.records import Partition, Record

pytestmark = pytest.mark.django_db

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _declared(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody is there to answer later.
    monkeypatch.setattr(kafka, "_ASK_TIMEOUT", 0.1)
    settings.CONSUMER = "consumers.search.handlers.search"
    settings.CONSUMER_CONFIG = ConsumerConfig("search", "search", "127.0.0.1:1")
    settings.CONSUMER_READ_MODEL = ""
    # Where nobody listens.
    settings.CONSUMER_HEALTH_PORT = 1
    PartitionOwner.objects.create(consumer="search", topic=LISTING_ROWS, partition=0, next_offset=9)
    lot = DatabaseLot("search")
    lot.load([Partition(LISTING_ROWS, 0)])
    lot.put(Parked(Record(LISTING_ROWS, 0, 4, b"k", b"", (), 0.0), "dead"))


@pytest.fixture
def two_ports() -> Iterator[list[Any]]:
    """Let two processes of one consumer answer, at neighbouring ports."""
    for _ in range(20):
        first = _answering(0, port=0)
        try:
            second = _answering(1, first.server_address[1] + 1)
            break
        except StopConsumer:
            # Somebody else has the port beside it.
            _stop(first)
    yield [first, second]
    _stop(first)
    _stop(second)


def _answering(number: int, port: int) -> Any:
    progress = Progress()
    progress.assigned({Partition(LISTING_ROWS, number): 5})
    progress.turned()
    progress.is_caught_up = True
    return serve_health(ConsumerConfig("search", "search", "", processes=3), progress, port)


def _stop(server: Any) -> None:
    server.shutdown()
    server.server_close()


def test_one_that_is_down_is_told_from_its_store_and_marked(
    settings: Settings, capsys: Output
) -> None:
    call_command("status")
    heading, _, line = capsys.readouterr().out.strip().splitlines()
    assert heading == "search: it does not run"
    assert line.split() == [f"{LISTING_ROWS}/0", "9", "-", "-", "0", "1", "1", "1", "-"]


def test_a_read_model_of_its_own_is_asked_for_its_offsets(
    settings: Settings, capsys: Output, tmp_path: Path
) -> None:
    settings.CONSUMER_READ_MODEL = "consumers.search.projection.opened"
    settings.AUDITED_READ_MODELS = {LISTING_ROWS: "consumers.search.read_model.AppliedListings"}
    settings.SEARCH_INDEX_DIR = str(tmp_path)
    call_command("status", "--json")
    (line,) = json.loads(capsys.readouterr().out)["lines"]
    assert (line["next_offset"], line["dead_letters"]) == (None, 1)


def test_processes_that_run_are_one_table_and_a_silent_one_is_said(
    settings: Settings, capsys: Output, two_ports: list[Any]
) -> None:
    settings.CONSUMER_HEALTH_PORT = two_ports[0].server_address[1]
    call_command("status")
    heading, _, *lines = capsys.readouterr().out.strip().splitlines()
    assert heading.startswith("search: 1 of 3 processes do not answer, 0 records")
    assert [line.split()[:2] for line in lines] == [
        [f"{LISTING_ROWS}/0", "5"],
        [f"{LISTING_ROWS}/1", "5"],
    ]
