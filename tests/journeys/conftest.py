"""What the journeys share: people at the site, and the route as it was before."""

from collections.abc import Iterator

import pytest

from stack.visitor import Visitor
from tests.running_stack import Stack


@pytest.fixture
def agent(stack: Stack) -> Iterator[Visitor]:
    """Be the demo agent, logged in through the gateway; a pilot, so search serves them."""
    with Visitor(stack.url("gateway")) as visitor:
        visitor.log_in("agent", "agent")
        yield visitor


@pytest.fixture
def passer_by(stack: Stack) -> Iterator[Visitor]:
    """Be somebody who has no account."""
    with Visitor(stack.url("gateway")) as visitor:
        yield visitor


@pytest.fixture
def search_route(stack: Stack) -> Iterator["Route"]:
    """Move the search route, and move it back to what a first start has."""
    route = Route(stack)
    yield route
    stack.manage("strangler", "gateway", "resume", "--reason", "the test is over")
    route.set("--stage", "canary", "--percent", "0", "--groups", "pilot")


class Route:
    """The route `search`, moved by the command that an operator types."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def set(self, *words: str) -> str:
        """Run `route set search` and return what it says."""
        command = ("strangler", "route", "set", "search")
        return self._stack.manage(*command, *words, "--reason", "a test")
