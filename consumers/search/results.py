"""How a found home is told to a program: a stored row enters, a JSON object leaves.

The extracted copy of the monolith's module: the same keys in the same order.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from consumers.criteria.places import spot_of
from consumers.search.cards import url
from consumers.search.index.contents import COLUMNS


def as_result(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON object; the order of its keys is part of the promise."""
    told = {name: row[name] for name in COLUMNS if name not in ("id", "slug")}
    return _with_distance({"id": row["id"], "url": url(row), **told}, row)


def told(packed: str, distance_m: int | None) -> str:
    """Return that object as text, cut out of a row as it is kept and not written anew.

    The columns stand in the row in the order of the promise; the slug is a part of the address,
    and what is behind the last is not told. In a value each quote has a backslash before it, so
    that no value looks like a name.
    """
    head, _, columns = packed.partition(',"title":')
    number, _, slug = head.removeprefix('{"id":').partition(',"slug":"')
    shown, _, _ = columns.rpartition(',"reduced_at":')
    away = "" if distance_m is None else f',"distance_m":{distance_m}'
    return f'{{"id":{number},"url":"/homes/{number}-{slug[:-1]}/","title":{shown}{away}}}'


def distances(packed: Sequence[str], near: str) -> Sequence[int | None]:
    """Return each row's metres from ``near``, or None of each when nothing was asked."""
    if not near:
        return [None] * len(packed)
    rows = map(json.loads, packed)
    return spot_of(near).metres((row["latitude"], row["longitude"]) for row in rows)


def with_distances(rows: Iterable[Mapping[str, Any]], near: str) -> list[dict[str, Any]]:
    """Return the rows, each with its metres from ``near`` when that is asked."""
    if not near:
        return [dict(row) for row in rows]
    found = [dict(row) for row in rows]
    distances = spot_of(near).metres((row["latitude"], row["longitude"]) for row in found)
    return [{**row, "distance_m": metres} for row, metres in zip(found, distances, strict=True)]


def _with_distance(result: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    return {**result, "distance_m": row["distance_m"]} if "distance_m" in row else result
