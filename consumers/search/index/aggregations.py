"""What both engines are asked to sum up, and how their answers are read: they speak one dialect.

Enters: fields. Leaves: aggregations as plain data, and the counts and areas of their answers.
"""

from typing import Any

from consumers.criteria.places import Box
from consumers.search.chart import Area

# As many values of a field as the engines count.
MOST_VALUES = 65_000

# The sides of a box, in its order.
_REACH = {
    "south": {"min": {"field": "latitude"}},
    "west": {"min": {"field": "longitude"}},
    "north": {"max": {"field": "latitude"}},
    "east": {"max": {"field": "longitude"}},
}


def by(field: str) -> dict[str, Any]:
    """Ask for each value of a field."""
    return {"terms": {"field": field, "size": MOST_VALUES}}


def counted(found: Any) -> dict[Any, int]:
    """Return how many have each value."""
    return {bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}


def by_area() -> dict[str, Any]:
    """Ask for each neighbourhood, and how far it reaches."""
    return by("neighbourhood") | {"aggs": _REACH}


def areas_of(found: Any) -> list[Area]:
    """Return the neighbourhoods that have a name."""
    return [
        Area(bucket["key"], bucket["doc_count"], Box(*(bucket[side]["value"] for side in _REACH)))
        for bucket in found["buckets"]
        if bucket["key"]
    ]
