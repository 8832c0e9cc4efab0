"""How much of a Django site has moved: for each of its URL patterns, who answers now.

On the line: the site's own patterns x the routes and where they stand. Leaves: one line
per pattern and one number for all. Pure functions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from strangler.audience import plain
from strangler.routes import Route
from strangler.routes.checks import Finding
from strangler.routes.paths import Path
from strangler.site.urls import Pattern
from strangler.snapshot import Snapshot
from strangler.stages import Stage, Standing

UNTOLD = "nobody can tell: no path was found that fits"
SPLIT = "written by the monolith, read from the service"


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers a method of a pattern; no route means the monolith."""

    method: str
    route: Route | None
    standing: Standing

    @property
    def percent(self) -> Decimal:
        """Return the share that the service answers."""
        return self.standing.answered.percent


@dataclass(frozen=True, slots=True)
class Covered:
    """One pattern of the site, and who answers each of its methods."""

    pattern: Pattern
    answers: tuple[Answer, ...]

    @property
    def percent(self) -> Decimal:
        """Return the share moved, over its methods."""
        return _mean([answer.percent for answer in self.answers])

    @property
    def risks(self) -> tuple[str, ...]:
        """Return what makes it harder to move, or unsafe as it stands."""
        reads = [a for a in self.answers if a.method == "GET" and a.percent and a.route]
        writes = [a for a in self.answers if a.method in self.pattern.view.writes]
        if any(not a.route.guard for a in reads if a.route) and any(not a.route for a in writes):
            return (*self.pattern.view.marks, SPLIT)
        return self.pattern.view.marks

    def words(self) -> str:
        """Say who answers, method by method where they differ."""
        if not self.pattern.example:
            return UNTOLD
        told: dict[str, list[str]] = {}
        for answer in self.answers:
            told.setdefault(_who(answer), []).append(answer.method)
        if len(told) == 1:
            return next(iter(told))
        return ", ".join(f"{' '.join(methods)} {who}" for who, methods in told.items())

    def to_json(self) -> dict[str, Any]:
        return {
            "pattern": self.pattern.written,
            "name": self.pattern.name,
            "example": self.pattern.example,
            "view": self.pattern.view.name,
            "methods": list(self.pattern.view.methods),
            "writes": list(self.pattern.view.writes),
            "risks": list(self.risks),
            "share_moved": float(self.percent),
            "answers": [
                {
                    "method": answer.method,
                    "route": answer.route and answer.route.id,
                    "service": answer.route.service if answer.route else "monolith",
                    "stage": str(answer.standing.stage),
                    "hosts": list(answer.route.hosts) if answer.route else [],
                }
                for answer in self.answers
            ],
        }


def coverage(
    patterns: Iterable[Pattern], routes: Sequence[Route], snapshot: Snapshot
) -> list[Covered]:
    """Return who answers each pattern, as its example tells."""
    return [
        Covered(
            pattern,
            tuple(_answer(method, pattern, routes, snapshot) for method in pattern.view.methods),
        )
        for pattern in patterns
    ]


def share_moved(covered: Iterable[Covered]) -> Decimal:
    """Return the percent of all patterns that services answer."""
    return _mean([each.percent for each in covered])


def unmatched(routes: Iterable[Route], patterns: Sequence[Pattern]) -> list[Finding]:
    """Return the paths behind which the site has nothing: a slip, or something new."""
    return [
        Finding(route.id, f"{path.value} {_why_unknown(path)}", is_error=False)
        for route in routes
        for path in route.paths
        if not any(_have_one_path(path, pattern) for pattern in patterns)
    ]


def _have_one_path(path: Path, pattern: Pattern) -> bool:
    return bool(
        (pattern.example and path.fits(pattern.address))
        or (path.example and pattern.fits(path.example))
    )


def _why_unknown(path: Path) -> str:
    if not path.example:
        return "may be no URL of the site: no path was found that fits, so it cannot be told"
    return "is no URL of the site: the monolith would answer 404"


def _answer(method: str, pattern: Pattern, routes: Sequence[Route], snapshot: Snapshot) -> Answer:
    for route in routes:
        if pattern.example and route.claims(method, pattern.address):
            return Answer(method, route, snapshot.standing(route))
    return Answer(method, None, Standing(Stage.MONOLITH))


def _who(answer: Answer) -> str:
    if answer.route is None:
        return "monolith"
    here = f" on {' '.join(answer.route.hosts)}" if answer.route.hosts else ""
    if answer.standing.stage is Stage.CANARY:
        return f"{answer.route.service} (canary {plain(answer.percent)} %{here})"
    return f"{answer.route.service} ({answer.standing.stage}{here})"


def _mean(numbers: list[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else Decimal(0)
