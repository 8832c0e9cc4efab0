"""The search is rebuilt while people read and edit, and processes die; the pages show nothing."""

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from cdc.contracts.topics import LISTING_ROWS
from consumers.criteria.criteria import Criteria
from consumers.criteria.statuses import HIDDEN, LISTED
from consumers.search.index.state import FILE, PREVIOUS, load_state
from consumers.search.index.tantivy.edges import Edges
from consumers.search.index.tantivy.reader import TantivyView
from consumers.search.index.tantivy.schema import open_directory
from stack.environment import ROOT
from tests.faults.load import editing
from tests.route import Route
from tests.running_stack import Stack, clean_environment

pytestmark = pytest.mark.stack

_EVERYTHING = Criteria(statuses=LISTED + HIDDEN, sort="price_asc")
_REQUESTS = 1000
_PLACE = f"{LISTING_ROWS}/0"


def test_a_thousand_pages_are_whole_and_new_while_the_index_is_rebuilt(stack: Stack) -> None:
    before = _state(stack)["directory"]
    with editing(stack) as agent, ThreadPoolExecutor(1) as other:
        agent.wait_for_more(2)
        rebuild = other.submit(stack.manage, "consumers", "rebuild", "search", "--json")
        counts = _counts(stack, lambda: rebuild.done())
        lines = [json.loads(line) for line in rebuild.result().splitlines()]
        agent.wait_for_more(2)
    assert (lines[-1]["phase"], lines[-1]["to_do"]) == ("done", 0)
    assert len(counts) >= _REQUESTS
    assert counts == sorted(counts)
    assert _state(stack)["directory"] != before


def test_a_rebuild_that_is_killed_and_one_whose_consumer_is_killed_harm_nothing(
    stack: Stack,
) -> None:
    before = _state(stack)["directory"]
    killed = _begin_rebuild(stack)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert _state(stack)["directory"] == before
    assert httpx.get(stack.url("search-web", "/search")).status_code == 200

    going_on = _begin_rebuild(stack)
    refused = stack.try_manage("consumers", "rebuild", "search")
    assert "already rebuilds the index" in refused.stderr or going_on.poll() == 0
    stack.kill("search-consumer")
    assert going_on.wait(120) == 0
    assert _state(stack)["directory"] != before
    stack.wait_until(lambda: httpx.get(stack.url("search-web", "/readyz")).status_code == 200)


def test_what_is_rebuilt_equals_what_grew_at_equal_offsets(stack: Stack) -> None:
    stack.manage("consumers", "rebuild", "search")
    grown, rebuilt = _rows(stack, PREVIOUS), _rows(stack, FILE)
    assert len(grown) > 1000
    assert rebuilt == grown
    stack.manage("consumers", "rebuild", "search", "--back")
    assert _rows(stack, FILE) == grown


def test_a_release_without_an_index_of_its_format_builds_one_before_it_begins(stack: Stack) -> None:
    stack.manage("stack", "stop", "search-consumer")
    state = _root(stack) / FILE
    # As another format's: this release finds none of its own.
    state.rename(state.with_name("state-0.json"))
    assert httpx.get(stack.url("search-web", "/readyz")).status_code == 503
    stack.manage("stack", "start", "search-consumer")
    # A process begins and builds all homes anew.
    stack.wait_until(
        lambda: httpx.get(stack.url("search-web", "/readyz")).status_code == 200, timeout_s=90
    )
    assert _state(stack)["documents"] > 1000
    assert "rebuilt consumer=search" in stack.manage("stack", "logs", "search-consumer")


def test_a_damaged_index_is_built_again_while_the_monolith_answers(
    stack: Stack, search_route: Route
) -> None:
    search_route.set("--stage", "canary", "--percent", "100")
    search_route.set("--stage", "cutover")
    stack.wait_until(lambda: _answered_by(stack) == "search")
    stack.manage("stack", "stop", "search-consumer")
    (_root(stack) / FILE).write_text("{")
    assert _answered_by(stack) == "monolith"
    stack.manage("stack", "start", "search-consumer")
    stack.wait_until(lambda: _answered_by(stack) == "search", timeout_s=90)
    assert _state(stack)["documents"] > 1000
    assert "index_begun" in stack.manage("stack", "logs", "search-consumer")


def test_a_consumer_that_runs_handles_again_what_it_is_told_to(stack: Stack) -> None:
    known, grown, pid = _state(stack)["offsets"], _rows(stack, FILE), stack.pid("search-consumer")
    words = ("consumers", "replay", "search", "--from-offset", f"{_PLACE}/10")
    assert stack.manage(*words).splitlines()[-2:] == [
        f"{_PLACE}: {known[_PLACE]} -> 10",
        f"{known[_PLACE] - 10} records will be handled again.",
    ]
    assert "replaying partition" in stack.manage("stack", "logs", "search-consumer")
    stack.wait_until(lambda: _state(stack)["offsets"] == known, timeout_s=60)
    assert _rows(stack, FILE) == grown
    assert stack.pid("search-consumer") == pid


def test_a_stopped_consumer_handles_again_what_it_is_told_to(stack: Stack) -> None:
    words = ("consumers", "replay", "search", "--from", "2020-01-01T00:00Z")
    stack.manage("stack", "stop", "search-consumer")
    known, grown = _state(stack)["offsets"], _rows(stack, FILE)
    told = stack.manage(*words, "--topic", LISTING_ROWS, "--dry-run").splitlines()[-1]
    every = sum(at for place, at in known.items() if place.startswith(LISTING_ROWS))
    assert told == f"{every} records would be handled again."
    assert _state(stack)["offsets"] == known

    stack.manage("consumers", "replay", "search", "--from-offset", f"{_PLACE}/10")
    assert _state(stack)["offsets"] == {**known, _PLACE: 10}
    stack.manage("stack", "start", "search-consumer")
    stack.wait_until(lambda: _state(stack)["offsets"] == known, timeout_s=60)
    assert _rows(stack, FILE) == grown


def _answered_by(stack: Stack) -> str:
    answer = httpx.get(stack.url("gateway", "/search"))
    assert answer.status_code == 200
    return str(answer.headers["X-Served-By"])


def _counts(stack: Stack, is_over: Any) -> list[int]:
    counts: list[int] = []
    with httpx.Client(base_url=stack.url("search-web", ""), timeout=30) as reader:
        while len(counts) < _REQUESTS or not is_over():
            answer = reader.get("/api/v1/search" if len(counts) % 2 else "/search")
            assert answer.status_code == 200, answer.text
            told = answer.json()["count"] if len(counts) % 2 else counts[-1] if counts else 0
            counts.append(told)
    return counts


def _begin_rebuild(stack: Stack) -> subprocess.Popen[str]:
    """Begin one and return when it has begun its index."""
    was = set(_root(stack).glob("index-*"))
    words = [sys.executable, "manage.py", "consumers", "rebuild", "search"]
    begun = subprocess.Popen(
        words,
        cwd=ROOT,
        env=clean_environment() | {"BANYAN_HOME": str(stack.home)},
        stdout=subprocess.DEVNULL,
        text=True,
    )
    stack.wait_until(lambda: bool(set(_root(stack).glob("index-*")) - was))
    return begun


def _root(stack: Stack) -> Path:
    return Path(stack.environment()["SEARCH_INDEX_DIR"])


def _state(stack: Stack) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((_root(stack) / FILE).read_bytes())
    return told


def _rows(stack: Stack, file: str) -> list[dict[str, Any]]:
    state = load_state(_root(stack), file)
    view = TantivyView(open_directory(_root(stack) / state.directory), state, Edges())
    return view.select(_EVERYTHING).rows(0, 100_000)
