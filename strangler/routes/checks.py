"""What is odd about routes taken together, in words for whoever reviews the file.

On the line: before a change of the file is merged. Enters: routes, today's date and, if
known, the monolith's URL patterns. Leaves: findings, each one line. Pure functions.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .model import MEASURED, Route
from .paths import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at; an error is certainly wrong, a note may be meant."""

    route: str
    words: str
    is_error: bool = True

    def __str__(self) -> str:
        return f"{'error' if self.is_error else 'note'}: {self.route}: {self.words}"


def findings(routes: Sequence[Route], today: datetime.date) -> list[Finding]:
    """Return everything that can be told without the monolith."""
    return [
        *_expired(routes, today),
        *_overlaps(routes),
        *_reads_elsewhere(routes),
        *_unmeasured(routes),
    ]


def hidden_by(earlier: Route, later: Route) -> Path | None:
    """Return a path of the later route that nothing can reach, because the earlier has it all."""
    # Other methods or hosts leave something over.
    if not set(later.methods) <= set(earlier.methods) or not _covers_hosts(earlier, later):
        return None
    for path in later.paths:
        if any(other.hides(path) for other in earlier.paths):
            return path
    return None


def _expired(routes: Sequence[Route], today: datetime.date) -> Iterator[Finding]:
    for route in routes:
        if route.expires and route.expires <= today:
            yield Finding(
                route.id, f"expired on {route.expires}: retire it, or move the date with a reason"
            )


def _overlaps(routes: Sequence[Route]) -> Iterator[Finding]:
    for number, route in enumerate(routes):
        for earlier in routes[:number]:
            methods = [method for method in route.methods if method in earlier.methods]
            if not methods or not _share_a_host(earlier, route):
                continue
            for path in route.paths:
                for other in earlier.paths:
                    if path.overlaps(other):
                        words = (
                            f"{' '.join(methods)} {path.value} overlaps {other.value} of "
                            f"{earlier.id}, which comes first and answers what fits both"
                        )
                        yield Finding(route.id, words, is_error=False)


def _reads_elsewhere(routes: Sequence[Route]) -> Iterator[Finding]:
    """Yield writers whose pages somebody else shows: a reader could miss what was written."""
    for route in routes:
        if not route.is_writer or route.guard:
            continue
        for path in route.paths:
            if not _shows(route, path, routes):
                words = (
                    f"{' '.join(route.unsafe_methods)} {path.value} is written by {route.service} "
                    "but read from elsewhere; say in `guard` how readers see it at once"
                )
                yield Finding(route.id, words)


def _unmeasured(routes: Sequence[Route]) -> Iterator[Finding]:
    for route in routes:
        if names := sorted(route.gates.declared.keys() - MEASURED):
            words = f"nobody measures {', '.join(names)} yet: each step up will have to be forced"
            yield Finding(route.id, words, is_error=False)


def _shows(writer: Route, path: Path, routes: Sequence[Route]) -> bool:
    """Whether all that is written at a path is read there from the same service."""
    for reader in routes:
        if "GET" not in reader.safe_methods or not _share_a_host(reader, writer):
            continue
        if reader.service != writer.service and any(path.overlaps(each) for each in reader.paths):
            # It comes first, and answers some of it or all.
            return False
        if _covers_hosts(reader, writer) and any(each.hides(path) for each in reader.paths):
            return True
    return False


def _share_a_host(one: Route, other: Route) -> bool:
    return not one.hosts or not other.hosts or bool(set(one.hosts) & set(other.hosts))


def _covers_hosts(one: Route, other: Route) -> bool:
    return not one.hosts or bool(other.hosts) and set(other.hosts) <= set(one.hosts)
