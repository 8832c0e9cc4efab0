"""Who wrote longer ago than cookies remember is not shown an older state by a line that rests."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from cdc.connect.client import ConnectClient
from cdc.connect.connectors import TABLES_CONNECTOR
from tests.route import Route
from tests.running_stack import CommandFailed, Stack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

# A heartbeat counts for 15 s, and the index for 30 more; the rest is for a busy machine.
PATIENCE = 75


@contextmanager
def resting(stack: Stack, part: str) -> Iterator[None]:
    """Let a part of the line between the site and the search rest."""
    if part != "capture":
        stack.ask_manager("stopProcess", part)
        try:
            yield
        finally:
            stack.ask_manager("startProcess", part)
        return
    connect = ConnectClient(stack.url("connect", ""))
    connect.pause(TABLES_CONNECTOR)
    try:
        connect.wait_until(TABLES_CONNECTOR, "PAUSED", timeout_s=30)
        yield
    finally:
        connect.resume(TABLES_CONNECTOR)
        connect.close()


@pytest.mark.parametrize("part", ["search-consumer", "kafka", "capture"])
def test_a_line_that_rests_leaves_everybody_to_the_monolith(
    stack: Stack, search_route: Route, part: str
) -> None:
    def served_by() -> str:
        answer = httpx.get(stack.url("gateway", "/search"), timeout=60)
        assert answer.status_code == 200
        return str(answer.headers["x-served-by"])

    def is_ready() -> bool:
        return httpx.get(stack.url("search-web", "/readyz"), timeout=60).status_code == 200

    search_route.set("--stage", "cutover")
    stack.wait_until(lambda: served_by() == "search")
    with resting(stack, part):
        # No cookie tells what this reader has written.
        stack.wait_until(lambda: not is_ready(), PATIENCE)
        assert served_by() == "monolith"
        search_route.set("--stage", "monolith")
        with pytest.raises(CommandFailed, match="does not say that it is ready"):
            search_route.set("--stage", "canary", "--percent", "100")
    stack.wait_until(is_ready, PATIENCE)
    search_route.set("--stage", "canary", "--percent", "100")
