"""What the README tells a newcomer to type works as it stands there."""

import shlex

import pytest

from stack.environment import ROOT
from tests.route import Route
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_START = "    .venv/bin/python manage.py "


def commands() -> list[str]:
    """Return the README's `manage.py` lines in their order."""
    lines = (ROOT / "README.md").read_text().splitlines()
    return [line.removeprefix(_START) for line in lines if line.startswith(_START)]


def test_every_command_of_the_readme_works_in_its_order(stack: Stack, search_route: Route) -> None:
    search_route.set("--stage", "canary", "--percent", "1")

    assert len(commands()) > 5
    try:
        for command in commands():
            stack.manage(*shlex.split(command, comments=True))
    finally:
        # The last of them moves a kind of mails, and leaves it there.
        stack.manage("strangler", "flags", "undo", "alerts-price", "--reason", "the test is over")
