"""Who answered: counted by Envoy, and read back as shares, of fallbacks and of errors.

On the line: a service is asked -> it, or the monolith in its stead, answers -> one is added here
-> gates, `route show`, the API and whoever collects `/metrics`. Pure functions.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .resources import Resource

METRIC = "envoy_banyan_answers"
ERRORS = "envoy_banyan_errors"
# Each instance carries the name of its place: which of an aggregate's two has answered.
PLACE = "%UPSTREAM_METADATA(banyan:place)%"
# No more than is needed: each name costs every request half a microsecond.
_TOLD = {
    "route": "%ROUTE_NAME%",
    # `search-or-monolith` where the search is asked first.
    "asked": "%UPSTREAM_CLUSTER%",
    "answered_by": PLACE,
}
_LINE = re.compile(rf"^({METRIC}|{ERRORS}){{(.*)}} (\d+)$", re.M)
# What Envoy counts by itself: a service said that it is behind, and the monolith was asked.
BEHIND = "retry.upstream_rq_425"
_BEHIND = re.compile(r"^envoy_cluster_retry_upstream_rq{(.*)} (\d+)$", re.M)
_LABEL = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of a route's requests that were a service's to answer, since Envoy's start."""

    by_service: int = 0
    by_monolith: int = 0
    # Neither could.
    by_nobody: int = 0
    # Of the service's own: 500 and above.
    errors: int = 0
    # Of the monolith's: the service waited for what had just been written. Envoy tells them by
    # service; where several routes have asked one, nobody knows whose they are, and it is 0.
    behind: int = 0

    @property
    def asked(self) -> int:
        return self.by_service + self.by_monolith + self.by_nobody

    @property
    def fallback_percent(self) -> float | None:
        """Return the share in which the monolith stood in; ``None`` while nobody has asked."""
        return self._percent(self.by_monolith)

    @property
    def error_percent(self) -> float | None:
        """Return the share in which the service failed; to say that it is behind is no failure."""
        return self._percent(self.errors + max(0, self.by_monolith - self.behind) + self.by_nobody)

    def _percent(self, count: int) -> float | None:
        return round(100 * count / self.asked, 3) if self.asked else None


def counters() -> list[Resource]:
    """Return what lets Envoy count, beside its access log: all answers, and errors once more."""
    at_least = {"default_value": 500, "runtime_key": "banyan.errors"}
    # Whatever is no error pays for a comparison, not for names.
    is_error = {"status_code_filter": {"comparison": {"op": "GE", "value": at_least}}}
    return [_counter("answers"), {**_counter("errors"), "filter": is_error}]


def answers(metrics: str, monolith: str) -> dict[str, Answers]:
    """Read Envoy's metrics: what became of the requests, by route."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    routes: dict[str, set[str]] = defaultdict(set)
    who = {monolith: "by_monolith", "": "by_nobody"}
    for metric, labels, count in _LINE.findall(metrics):
        told = dict(_LABEL.findall(labels))
        # What was the monolith's anyhow, or the gateway's own to refuse, is no service's.
        if told["asked"] in (monolith, ""):
            continue
        answered = who.get(told["answered_by"], "by_service")
        if metric == METRIC:
            found[told["route"]][answered] += int(count)
            routes[told["asked"]].add(told["route"])
        elif answered == "by_service":
            found[told["route"]]["errors"] += int(count)
    for cluster, count in _behind(metrics):
        if len(routes[cluster]) == 1:
            found[min(routes[cluster])]["behind"] += count
    return {route: Answers(**counts) for route, counts in found.items()}


def _behind(metrics: str) -> Iterator[tuple[str, int]]:
    for labels, count in _BEHIND.findall(metrics):
        yield dict(_LABEL.findall(labels))["envoy_cluster_name"], int(count)


def _counter(name: str) -> Resource:
    tags = [{"name": name, "value_format": value} for name, value in _TOLD.items()]
    return {
        "name": "envoy.access_loggers.stats",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.access_loggers.stats.v3.Config",
            "stats_scope": {"prefix": "banyan"},
            "counters": [{"stat": {"name": name, "tags": tags}, "value_fixed": 1}],
        },
    }
