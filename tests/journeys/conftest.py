"""What the journeys share: people at the site."""

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
