"""How a found home is told to a program: a row enters, a JSON object leaves.

It is made of captured columns alone, so that a service which keeps those can tell the same.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from monolith.listings.cards import url
from monolith.search.places import spot_of

COLUMNS = (
    "id",
    "slug",
    "title",
    "price",
    "previous_price",
    "beds",
    "baths",
    "half_baths",
    "living_area",
    "lot_size",
    "year_built",
    "stories",
    "wall",
    "garage",
    "neighbourhood",
    "address",
    "zip_code",
    "latitude",
    "longitude",
    "status",
    "listed_at",
    "version",
)


def as_result(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON object; the order of its keys is part of the promise."""
    result = {"id": row["id"], "url": url(row)}
    result.update({name: row[name] for name in COLUMNS if name not in ("id", "slug")})
    result["listed_at"] = row["listed_at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _with_distance(result, row)


def with_distances(rows: Iterable[Mapping[str, Any]], near: str) -> list[dict[str, Any]]:
    """Return the rows, each with its metres from ``near`` when that is asked."""
    if not near:
        return [dict(row) for row in rows]
    found = [dict(row) for row in rows]
    distances = spot_of(near).metres((row["latitude"], row["longitude"]) for row in found)
    return [{**row, "distance_m": metres} for row, metres in zip(found, distances, strict=True)]


def _with_distance(result: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    return {**result, "distance_m": row["distance_m"]} if "distance_m" in row else result
