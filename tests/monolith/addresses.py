"""Every address of the monolith, read from its URLconf: new ones are found by themselves.

Leaves: patterns such as `agent/listings/<int:listing_id>/edit/` with the names that reverse them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Address:
    """A pattern, and the name it goes by: its own, or what it looks like."""

    name: str
    route: str

    def path(self, value: Callable[[str, str], str]) -> str:
        """Fill each place, of a kind and with a name, with a value."""
        return "/" + _PLACE.sub(lambda place: value(place[1] or "str", place[2]), self.route)


def walk() -> Iterator[Address]:
    """Yield them all, those of the admin included."""
    return _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: list[URLPattern | URLResolver], route: str, space: str) -> Iterator[Address]:
    for found in patterns:
        whole = route + str(found.pattern)
        if isinstance(found, URLResolver):
            inner = f"{space}{found.namespace}:" if found.namespace else space
            yield from _walk(found.url_patterns, whole, inner)
        elif "(?P" not in whole:
            yield Address(f"{space}{found.name}" if found.name else f"/{whole}", whole)
