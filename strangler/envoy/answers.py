"""Who answered: counted by Envoy, and read back as the share in which the monolith stood in.

On the line: a service is asked -> it, or the monolith in its stead, answers -> one is added here
-> `route show`, the API and whoever collects `/metrics`. Pure functions.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from .resources import Resource

METRIC = "envoy_banyan_answers"
# Each instance carries the name of its place: which of an aggregate's two has answered.
PLACE = "%UPSTREAM_METADATA(banyan:place)%"
# No more than is needed: each name costs every request half a microsecond.
_TOLD = {
    "route": "%ROUTE_NAME%",
    # `search-or-monolith` where the search is asked first.
    "asked": "%UPSTREAM_CLUSTER%",
    "answered_by": PLACE,
}
_LINE = re.compile(rf"^{METRIC}{{(.*)}} (\d+)$", re.M)
_LABEL = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of a route's requests that were a service's to answer, since Envoy's start."""

    by_service: int = 0
    by_monolith: int = 0
    # Neither could.
    by_nobody: int = 0

    @property
    def fallback_percent(self) -> float | None:
        """Return the share in which the monolith stood in; ``None`` while nobody has asked."""
        asked = self.by_service + self.by_monolith + self.by_nobody
        return round(100 * self.by_monolith / asked, 3) if asked else None


def counter() -> Resource:
    """Return what lets Envoy count, beside its access log."""
    tags = [{"name": name, "value_format": value} for name, value in _TOLD.items()]
    return {
        "name": "envoy.access_loggers.stats",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.access_loggers.stats.v3.Config",
            "stats_scope": {"prefix": "banyan"},
            "counters": [{"stat": {"name": "answers", "tags": tags}, "value_fixed": 1}],
        },
    }


def answers(metrics: str, monolith: str) -> dict[str, Answers]:
    """Read Envoy's metrics: what became of the requests, by route."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    who = {monolith: "by_monolith", "": "by_nobody"}
    for labels, count in _LINE.findall(metrics):
        told = dict(_LABEL.findall(labels))
        # What was the monolith's anyhow, or the gateway's own to refuse, is no service's.
        if told["asked"] not in (monolith, ""):
            found[told["route"]][who.get(told["answered_by"], "by_service")] += int(count)
    return {route: Answers(**counts) for route, counts in found.items()}
