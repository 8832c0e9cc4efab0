"""`status`: a consumer that runs tells it itself, of one that does not its store tells."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import call_command
from pytest_django import Settings

from cdc.contracts.topics import LISTING_ROWS
from consumers.runtime.brokers import ends
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.failures.database_halts import DatabaseHalts
from consumers.runtime.health.address import serve_health
from consumers.runtime.health.progress import Progress
from consumers.runtime.models import PartitionOwner
from consumers.runtime.parking.database import DatabaseLot
from consumers.runtime.parking.port import Parked
from consumers.runtime.records import Partition, Record
from tests.ports import neighbouring_ports

pytestmark = pytest.mark.django_db

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _declared(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody is there to answer later.
    monkeypatch.setattr(ends, "_PATIENCE", 0.1)
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
    port = neighbouring_ports(2)
    first, second = (_answering(number, port + number) for number in (0, 1))
    yield [first, second]
    _stop(first)
    _stop(second)


def _answering(number: int, port: int, name: str = "search") -> Any:
    progress = Progress()
    progress.assigned({Partition(LISTING_ROWS, number): 5})
    progress.turned()
    progress.is_caught_up = True
    config = ConsumerConfig(name, name, "", processes=3, number=number)
    return serve_health(config, progress, port)


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


def test_one_that_is_down_and_halted_says_so(capsys: Output) -> None:
    DatabaseHalts("search").halt("100 records in a row were poison")
    call_command("status")
    assert re.match(
        r"search: it does not run; halted since .* UTC: 100 records in a row were poison\n",
        capsys.readouterr().out,
    )


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


def test_the_page_of_each_process_is_that_of_the_whole_consumer(two_ports: list[Any]) -> None:
    for number, server in enumerate(two_ports):
        page = httpx.get(f"http://127.0.0.1:{server.server_address[1]}/").text
        assert "Not ready: 1 of 3 processes do not answer." in page
        assert f"3 processes, of which number {number} answered here" in page
        for partition in (0, 1):
            assert f'<th scope="row">{LISTING_ROWS}/{partition}</th><td>5</td>' in page


def test_another_consumer_at_a_port_behind_is_not_this_one(
    settings: Settings, capsys: Output
) -> None:
    other = _answering(0, port=0, name="notifications")
    settings.CONSUMER_HEALTH_PORT = other.server_address[1] - 1
    try:
        call_command("status")
    finally:
        _stop(other)
    assert capsys.readouterr().out.startswith("search: it does not run\n")
