"""Everything the gateway must know at one moment, in one value.

On the line: the control plane's database -> this -> Envoy's files. Kept beside those
files too, so that the agent knows its way while the database is away.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from .audience import Audience
from .declared import Flag
from .routes import Route
from .stages import Stage, Standing


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where every moved route stands; ``revision`` rises with each change."""

    revision: int = 0
    all_to_monolith: bool = False
    standings: Mapping[str, Standing] = field(default_factory=dict)
    # Routes that are the monolith's until somebody resumes them, wherever they stand.
    closed: frozenset[str] = frozenset()
    # Whom every moved flag reaches.
    flags: Mapping[str, Audience] = field(default_factory=dict)

    def standing(self, route: Route) -> Standing:
        """Return where a route stands: as somebody set it, else as its file says."""
        return self.standings.get(route.id, route.start)

    def audience(self, flag: Flag) -> Audience:
        """Return whom a flag reaches: as somebody set it, else as its file says."""
        return self.flags.get(flag.id, flag.start)

    def in_effect(self, routes: Iterable[Route], now: datetime) -> "Snapshot":
        """Return what it means at a moment: schedules and closed routes are resolved."""
        standings = {
            route.id: Standing(Stage.MONOLITH)
            if route.id in self.closed
            else self.standing(route).at(now)
            for route in routes
        }
        return replace(self, standings=standings, closed=frozenset())

    def closing(self, routes: Iterable[str], *, everything: bool) -> "Snapshot":
        """Return the same with some routes, or everything, sent to the monolith."""
        return replace(
            self,
            all_to_monolith=self.all_to_monolith or everything,
            closed=self.closed | frozenset(routes),
        )

    def to_json(self) -> str:
        return json.dumps(
            {
                "revision": self.revision,
                "all_to_monolith": self.all_to_monolith,
                "standings": {route: s.to_json() for route, s in self.standings.items()},
                "closed": sorted(self.closed),
                "flags": {flag: whom.to_json() for flag, whom in self.flags.items()},
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Snapshot":
        """Read back what ``to_json`` wrote; raises ``ValueError`` for anything else."""
        try:
            content = json.loads(text)
            return cls(
                content["revision"],
                content["all_to_monolith"],
                {route: Standing.from_json(s) for route, s in content["standings"].items()},
                frozenset(content.get("closed", ())),
                {f: Audience.from_json(a) for f, a in content.get("flags", {}).items()},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a snapshot: {error!r}") from error
