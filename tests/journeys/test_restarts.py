"""Each process is restarted in turn while people ask; nobody is refused who can be answered.

Enters: the whole line, the search moved to its service. Leaves: whoever was not answered as always.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.route import Route
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_AT_ONCE = 4
# What each person asks for in turn: the moved page, the monolith's, and a form without its token,
# which must reach the monolith too, but is asked only once whatever happens to it.
_ASKED = (
    ("GET", "/search", 200),
    ("GET", "/accounts/login/", 200),
    ("POST", "/accounts/login/", 403),
)

# No page waits for these: what they do is seen later.
_BEHIND = (
    *("redis", "kafka", "registry", "connect", "strangler-agent", "search-consumer"),
    *(
        "notifications-consumer",
        "notifications-worker",
        "notifications-beat",
        "alerts-worker",
        "alerts-beat",
    ),
)
_MADE_OF_THE_DATABASE = ("GET", "/", 200)


@pytest.mark.parametrize("service", ["monolith", "search-web", "notifications-web", "strangler"])
def test_a_restart_of_a_process_of_pages_is_felt_by_nobody(
    stack: Stack, search_route: Route, service: str
) -> None:
    search_route.set("--stage", "cutover")
    first = _workers(stack, service)

    with _people_asking(stack) as failures:
        stack.manage("stack", "restart", service)
        stack.wait_until(lambda: not first & _workers(stack, service), timeout_s=60)

    assert failures == {}


def test_a_restart_of_the_gateway_itself_is_felt_by_nobody(stack: Stack) -> None:
    before = _epoch(stack)

    with _people_asking(stack) as failures:
        stack.manage("stack", "restart", "gateway")
        stack.wait_until(lambda: _epoch_or_none(stack) == before + 1)

    assert failures == {}


def test_restarts_of_all_that_stands_behind_the_pages_are_felt_by_nobody(
    stack: Stack, search_route: Route
) -> None:
    search_route.set("--stage", "cutover")

    with _people_asking(stack, (*_ASKED, _MADE_OF_THE_DATABASE)) as failures:
        for service in _BEHIND:
            stack.manage("stack", "restart", service)

    assert failures == {}
    stack.wait_until(stack.is_ready, timeout_s=120)


def test_while_the_database_restarts_only_what_is_made_of_it_fails(
    stack: Stack, search_route: Route
) -> None:
    search_route.set("--stage", "cutover")

    with (
        httpx.Client(base_url=stack.url("gateway", ""), timeout=30) as client,
        _people_asking(stack, (*_ASKED, _MADE_OF_THE_DATABASE)) as failures,
    ):
        stack.manage("stack", "restart", "postgres")
        stack.wait_until(lambda: not _failure(client, *_MADE_OF_THE_DATABASE), timeout_s=60)

    assert {failure.partition(":")[0] for failure in failures} <= {"GET /"}
    stack.wait_until(stack.is_ready, timeout_s=120)


@contextmanager
def _people_asking(
    stack: Stack, turns: Sequence[tuple[str, str, int]] = _ASKED
) -> Iterator[Counter[str]]:
    """Ask without pause while the block runs; yield what was not as it should be."""
    failures: Counter[str] = Counter()
    over = threading.Event()

    def ask(_: int) -> int:
        with httpx.Client(base_url=stack.url("gateway", ""), timeout=30) as client:
            asked = 0
            while not over.is_set():
                method, path, expected = turns[asked % len(turns)]
                asked += 1
                if failure := _failure(client, method, path, expected):
                    failures[failure] += 1
            return asked

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        asking = pool.map(ask, range(_AT_ONCE))
        try:
            yield failures
        finally:
            over.set()
        assert all(asking)


def _failure(client: httpx.Client, method: str, path: str, expected: int) -> str:
    try:
        status = client.request(method, path).status_code
    except httpx.TransportError as error:
        return f"{method} {path}: {error!r}"
    return "" if status == expected else f"{method} {path}: {status}"


def _workers(stack: Stack, service: str) -> set[int]:
    """Return the processes that answer: the server's children."""
    return {process.pid for process in stack.family(service)[1:]}


def _epoch_or_none(stack: Stack) -> int | None:
    """Return the epoch; None while the administration's own socket changes hands."""
    try:
        return _epoch(stack)
    except httpx.TransportError:
        return None


def _epoch(stack: Stack) -> int:
    told = httpx.get(stack.url("gateway-admin", "/server_info"), timeout=10).json()
    return int(told["command_line_options"]["restart_epoch"])
