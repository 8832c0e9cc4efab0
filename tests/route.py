"""The route `search` of a running stack, moved as an operator moves it."""

from tests.running_stack import Stack


class Route:
    """The route `search`, moved by the command that an operator types."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def set(self, *words: str) -> str:
        """Run `route set search` and return what it says."""
        command = ("strangler", "route", "set", "search")
        return self._stack.manage(*command, *words, "--reason", "a test")
