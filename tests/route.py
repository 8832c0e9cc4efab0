"""A route of a running stack, moved as an operator moves it."""

from dataclasses import dataclass

from tests.running_stack import Stack


@dataclass(frozen=True)
class Route:
    """A route, moved by the command that an operator types."""

    stack: Stack
    name: str = "search"

    def set(self, *words: str) -> str:
        """Run `route set` and return what it says."""
        command = ("strangler", "route", "set", self.name)
        return self.stack.manage(*command, *words, "--reason", "a test")
