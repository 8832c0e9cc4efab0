"""A second search beside the first, while people edit: from nothing, and from the first one's file.

It has a folder, a group and addresses of its own; that is all that makes it another one.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest

from consumers.search.index.state import FILE
from stack.environment import ROOT
from tests.faults.load import editing
from tests.journeys.questions import asked
from tests.ports import free_port
from tests.running_stack import Stack, clean_environment

pytestmark = pytest.mark.stack

_HOST = {"Host": "localhost"}
_PATHS = ("/search", "/api/v1/search")
_QUESTIONS = 40
_RECORDS_TO_DO = re.compile(r"the read model is built: (\d+) records to do")


@dataclass
class Replica:
    """The processes of a search that keeps its index in ``folder``."""

    stack: Stack
    folder: Path
    running: ExitStack
    pages_port: int = field(default_factory=free_port)
    consumer_port: int = field(default_factory=free_port)

    @cached_property
    def environment(self) -> dict[str, str]:
        own = {
            "SEARCH_INDEX_DIR": str(self.folder / "index"),
            "SEARCH_GROUP": f"search-{self.folder.name}",
            "SEARCH_HEALTH_PORT": str(self.consumer_port),
        }
        return {**clean_environment(), **self.stack.environment(), **own}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.pages_port}"

    def serve(self) -> None:
        """Start its pages and return when they answer something."""
        address = f"127.0.0.1:{self.pages_port}"
        self._start("pages", "-m", "stack.serve", address, "consumers.search.wsgi")
        self.stack.wait_until(lambda: self.told("/healthz") == (200, "ok\n"))

    def consume(self) -> None:
        """Start its consumer."""
        self._start("consumer", "manage.py", "consumers", "run", "search")

    def manage(self, *words: str) -> str:
        """Run `manage.py` as one of its processes and return what it prints."""
        command = [sys.executable, "manage.py", *words]
        return subprocess.check_output(command, cwd=ROOT, env=self.environment, text=True)

    def told(self, path: str, port: int = 0) -> tuple[int, str]:
        """Return status and text of one of its addresses; (0, "") while nobody listens."""
        with suppress(httpx.TransportError):
            answer = httpx.get(f"http://127.0.0.1:{port or self.pages_port}{path}", timeout=30)
            return answer.status_code, answer.text
        return 0, ""

    def way(self) -> list[tuple[int, str]]:
        """Wait until its pages are ready; return what both processes said on the way there."""
        told: list[tuple[int, str]] = []

        def is_ready() -> bool:
            told.extend(self.told("/readyz", port) for port in (self.consumer_port, 0))
            return told[-1][0] == 200

        self.stack.wait_until(is_ready, timeout_s=90)
        return told

    def log(self, name: str) -> str:
        """Return what a process of it wrote."""
        return (self.folder / f"{name}.log").read_text()

    def _start(self, name: str, *words: str) -> None:
        log = self.running.enter_context((self.folder / f"{name}.log").open("wb"))
        command = [sys.executable, *words]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        self.running.callback(process.wait)
        self.running.callback(process.terminate)


@pytest.fixture
def replica(stack: Stack, tmp_path: Path) -> Iterator[Replica]:
    with ExitStack() as running:
        yield Replica(stack, tmp_path, running)


def test_a_replica_builds_its_own_index_from_the_topics_and_is_ready_when_it_is_there(
    stack: Stack, replica: Replica
) -> None:
    with editing(stack) as agent:
        agent.wait_for_more(2)
        replica.serve()
        assert replica.told("/readyz") == (503, f"there is no {FILE} in {_root(replica)}\n")
        replica.consume()
        told = replica.way()
        agent.wait_for_more(2)
    assert {status for status, _ in told} <= {0, 200, 503}
    to_do = [int(left) for _, text in told for left in _RECORDS_TO_DO.findall(text)]
    assert max(to_do) > 0
    assert "rebuilt consumer=search" in replica.log("consumer")
    _assert_same_answers(stack, replica)


def test_a_replica_that_begins_with_a_file_reads_only_what_came_since(
    stack: Stack, replica: Replica
) -> None:
    file = str(replica.folder / "search.tar")
    with editing(stack) as agent:
        agent.wait_for_more(2)
        stack.manage("consumers", "snapshot", "search", file)
        replica.manage("consumers", "restore", "search", file)
        began = _state(_root(replica))
        agent.wait_for_more(2)
        replica.serve()
        held = f"it holds {began['documents']} listings as of {began['applied_at']}"
        for path in ("/readyz", *_PATHS):
            assert replica.told(path) == (503, f"the index is still being built: {held}\n")
        replica.consume()
        replica.way()
        agent.wait_for_more(2)
    ended = _assert_same_answers(stack, replica)
    applied = json.loads(replica.told("/status", replica.consumer_port)[1])["applied"]
    since = sum(ended["offsets"].values()) - sum(began["offsets"].values())
    assert 0 < applied <= since < began["documents"]
    assert "rebuilt consumer=search" not in replica.log("consumer")


def _assert_same_answers(stack: Stack, replica: Replica) -> dict[str, Any]:
    """Compare both when they have read equally far; return how far that is."""
    first, own = Path(stack.environment()["SEARCH_INDEX_DIR"]), _root(replica)
    stack.wait_until(lambda: _offsets(first) == _offsets(own))
    # One Host for both, or links would rightly differ.
    with (
        httpx.Client(base_url=stack.url("search-web", ""), headers=_HOST) as grown,
        httpx.Client(base_url=replica.url, headers=_HOST) as built,
    ):
        for question in asked(_QUESTIONS):
            for path in _PATHS:
                one, other = (each.get(f"{path}?{question}") for each in (grown, built))
                assert one.status_code in (200, 400)
                assert (other.status_code, other.text) == (one.status_code, one.text), question
    return _state(own)


def _offsets(root: Path) -> dict[str, int]:
    """Return where to read on; a partition in which nothing stands need not be known."""
    return {place: at for place, at in _state(root)["offsets"].items() if at}


def _root(replica: Replica) -> Path:
    return Path(replica.environment["SEARCH_INDEX_DIR"])


def _state(root: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((root / FILE).read_bytes())
    return told
