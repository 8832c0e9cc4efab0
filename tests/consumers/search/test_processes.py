"""Several HTTP processes read one index while it is written and swapped: each answer is whole."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import httpx
import pytest

from stack.environment import ROOT
from stack.readiness import answers, wait
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import environment, on_both_engines
from tests.consumers.search.rebuilds import rebuild
from tests.ports import free_port

pytestmark = [pytest.mark.stack, on_both_engines]

PROCESSES = 3
ROUNDS = 60
# So many are there before anybody asks.
FIRST = 30


@pytest.fixture
def written(line: SearchLine) -> SearchLine:
    """Give a line with homes whose price is their number: the dearest tells how many there are."""
    for number in range(1, FIRST + 1):
        line.save(row(id=number, price=number), lsn=number)
    line.run()
    return line


@pytest.fixture
def pages(written: SearchLine, tmp_path: Path) -> Iterator[list[str]]:
    """Start the processes; give their addresses."""
    with ExitStack() as started:
        ports = [free_port() for _ in range(PROCESSES)]
        for port in ports:
            log = started.enter_context((tmp_path / f"{port}.log").open("wb"))
            command = ("-m", "stack.serve", f"127.0.0.1:{port}", "consumers.search.wsgi")
            process = started.enter_context(
                subprocess.Popen(
                    [sys.executable, *command],
                    env=environment(written),
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                )
            )
            started.callback(process.terminate)
        for port in ports:
            text = (tmp_path / f"{port}.log").read_text
            assert wait(lambda port=port: answers(port, "/readyz"), 90), text()  # type: ignore[misc]
        yield [f"http://127.0.0.1:{port}" for port in ports]


def counts_seen(url: str, is_over: Event) -> list[int]:
    """Ask until it is over; give how many homes each answer knew of."""
    seen: list[int] = []
    with httpx.Client(base_url=url, timeout=30) as client:
        while not is_over.is_set() or not seen:
            answer = client.get("/api/v1/search?sort=price_desc")
            assert answer.status_code == 200, answer.text
            told = answer.json()
            prices = [home["price"] for home in told["results"]]
            # The count, the facets and the rows are of one state of the index.
            assert prices == list(range(told["count"], told["count"] - 24, -1))
            assert sum(each["count"] for each in told["facets"]["wall"]) == told["count"]
            seen.append(told["count"])
    return seen


def test_every_answer_of_every_process_is_of_one_state_and_none_goes_back(
    written: SearchLine, pages: list[str]
) -> None:
    is_over = Event()
    with ThreadPoolExecutor(2 * PROCESSES) as readers:
        asked = [readers.submit(counts_seen, url, is_over) for url in pages * 2]
        try:
            for number in range(FIRST + 1, FIRST + ROUNDS + 1):
                written.save(row(id=number, price=number), "c", lsn=number)
                written.run()
                if number % 20 == 10:
                    rebuild(written, back=number % 40 == 30)
                    written.run()
        finally:
            is_over.set()
        every = [each.result() for each in asked]
    for seen in every:
        assert seen == sorted(seen)
        assert seen[0] >= FIRST
    for url in pages:
        assert httpx.get(f"{url}/api/v1/search").json()["count"] == FIRST + ROUNDS
