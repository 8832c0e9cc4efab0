"""How long people wait for a route's answers: a sample timed by Envoy, and read back as medians.

On the line: the service or the monolith has begun to answer -> one in ten is timed -> the gate
`slower_ms`. A wait is from the request's last byte to the answer's first; of who is led to the
service it holds whatever else was asked in its stead. All since Envoy's start. Pure functions.
"""

import json
from collections.abc import Iterable
from typing import NamedTuple

from .render import MONOLITH, fallback
from .resources import Resource

METRIC = "banyan.waited"
# Of a hundred requests so many are timed: 0.17 us for each request, of 77; to time all costs 0.54.
# (Measured with fifty of these, and ten, at once: 8.9 +- 2 and 5.4 +- 1.3 us.)
SAMPLED = 10
# Of either side at least so many, or nobody knows.
FEWEST = 100
_TOLD = {"route": "%ROUTE_NAME%", "asked": "%UPSTREAM_CLUSTER%"}
_WAIT = "%COMMON_DURATION(DS_RX_END:US_RX_BEG:us)%"


class Bucket(NamedTuple):
    """So many waits between two times, in microseconds."""

    lowest: float
    width: float
    waits: int


def timer() -> Resource:
    """Return what lets Envoy time a share of the answers, beside its access log."""
    scope, _, name = METRIC.partition(".")
    tags = [{"name": tag, "value_format": value} for tag, value in _TOLD.items()]
    chance = {
        "runtime_key": METRIC,
        "percent_sampled": {"numerator": SAMPLED},
        # Not by the request's id, which clients may choose.
        "use_independent_randomness": True,
    }
    return {
        "name": "envoy.access_loggers.stats",
        "filter": {"runtime_filter": chance},
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.access_loggers.stats.v3.Config",
            "stats_scope": {"prefix": scope},
            "histograms": [
                {
                    "stat": {"name": name, "tags": tags},
                    "unit": "Microseconds",
                    "value_format": _WAIT,
                }
            ],
        },
    }


def slower_ms(histograms: str, route: str, service: str) -> float | None:
    """Return by how much the median wait for the service is longer than for the monolith.

    Negative: it is faster. ``None`` unless a hundred of each were timed.
    """
    found = {
        each["name"]: [
            Bucket(*(bucket[part] for part in ("lower_bound", "width", "count")))
            for bucket in each["totals"]
        ]
        for stat in json.loads(histograms)["stats"]
        for each in stat["histograms"].get("details", ())
    }
    sides = (found.get(_name(route, asked), []) for asked in (fallback(service), MONOLITH))
    moved, stayed = map(_median, sides)
    return None if moved is None or stayed is None else round((moved - stayed) / 1000, 3)


def _name(route: str, asked: str) -> str:
    return f"{METRIC}.route.{route}.asked.{asked}"


def _median(buckets: Iterable[Bucket]) -> float | None:
    ranked = sorted(buckets)
    count = sum(each.waits for each in ranked)
    if count < FEWEST:
        return None
    left = count / 2
    for each in ranked:
        if left <= each.waits:
            return each.lowest + each.width * left / each.waits
        left -= each.waits
    return None
