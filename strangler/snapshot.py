"""Everything the gateway must know at one moment, in one value.

On the line: the control plane's database -> this -> Envoy's files. Kept beside those
files too, so that the agent knows its way while the database is away.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .routes import Route
from .stages import Standing


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where every moved route stands; ``revision`` rises with each change."""

    revision: int = 0
    all_to_monolith: bool = False
    standings: Mapping[str, Standing] = field(default_factory=dict)

    def standing(self, route: Route) -> Standing:
        """Return where a route stands: as somebody set it, else as its file says."""
        return self.standings.get(route.id, route.start)

    def closed(self) -> "Snapshot":
        """Return the same with everything sent to the monolith."""
        return replace(self, all_to_monolith=True)

    def to_json(self) -> str:
        return json.dumps(
            {
                "revision": self.revision,
                "all_to_monolith": self.all_to_monolith,
                "standings": {route: s.to_json() for route, s in self.standings.items()},
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
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a snapshot: {error!r}") from error
