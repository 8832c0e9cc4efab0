"""Links from one page of results to the others: a count enters, numbered links leave.

The extracted copy of the monolith's module.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

PAGE_SIZE = 24
NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Link:
    """A numbered page; without a number, the gap between two that are shown."""

    number: int | None = None
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    count: int
    number: int
    pages: int
    address: Callable[[int], str]

    @property
    def start(self) -> int:
        return (self.number - 1) * PAGE_SIZE

    @property
    def previous(self) -> str:
        return self.address(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self.address(self.number + 1) if self.number < self.pages else ""

    @property
    def links(self) -> list[Link]:
        return list(self._links())

    def _links(self) -> Iterator[Link]:
        near = range(self.number - NEIGHBOURS, self.number + NEIGHBOURS + 1)
        last = 0
        for number in sorted({1, *near, self.pages} & set(range(1, self.pages + 1))):
            if number - last > 1:
                yield Link()
            yield Link(number, self.address(number), number == self.number)
            last = number


def paginate(count: int, asked: int | None, address: Callable[[int], str]) -> Pager:
    """Return the pager for the page asked for, or the last one when there are not so many."""
    pages = max(1, -(-count // PAGE_SIZE))
    return Pager(count, min(asked or 1, pages), pages, address)
