"""The search's index is harmed while the line runs: its consumer ends, comes back, builds it anew.

Who asks meanwhile is answered by the monolith, and never with fewer homes.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from consumers.search.index.state import load_state
from tests.journeys.questions import asked
from tests.route import Route
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_HOST = {"Host": "127.0.0.1"}
_QUESTIONS = 30


def damaged(root: Path) -> None:
    # The index of before a rebuild may lie beside it, and nobody reads that one.
    for segment in (root / load_state(root).directory).glob("*.store"):
        with segment.open("r+b") as there:
            told = there.read(1)
            there.seek(0)
            there.write(bytes([told[0] ^ 1]))


def taken_away(root: Path) -> None:
    shutil.rmtree(root)


@pytest.mark.parametrize("harm", [damaged, taken_away])
def test_a_consumer_that_ended_at_a_harmed_index_is_started_again_and_builds_it_whole(
    stack: Stack, search_route: Route, harm: Callable[[Path], None]
) -> None:
    search_route.set("--stage", "cutover")
    first = stack.pid("search-consumer")
    with client(stack, "gateway") as visitor:
        before = visitor.get("/api/v1/search")
        assert before.headers["x-served-by"] == "search"
        harm(Path(stack.environment()["SEARCH_INDEX_DIR"]))

        def is_another_there() -> bool:
            answer = visitor.get("/api/v1/search")
            assert (answer.status_code, answer.json()["count"]) == (200, before.json()["count"])
            own = stack.family("search-consumer")
            return bool(own) and own[0].pid != first and answer.headers["x-served-by"] == "search"

        stack.wait_until(is_another_there, timeout_s=90)
    assert_same_answers(stack)


def assert_same_answers(stack: Stack) -> None:
    with client(stack, "search-web") as search, client(stack, "monolith") as monolith:
        for question in asked(_QUESTIONS):
            own, theirs = (each.get(f"/api/v1/search?{question}") for each in (search, monolith))
            assert (own.status_code, own.content) == (theirs.status_code, theirs.content), question


def client(stack: Stack, service: str) -> httpx.Client:
    return httpx.Client(base_url=stack.url(service, ""), headers=_HOST, timeout=60)
