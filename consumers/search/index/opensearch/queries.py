"""Criteria as an OpenSearch query."""

from collections.abc import Sequence
from typing import Any

from consumers.criteria.criteria import Criteria
from consumers.criteria.places import METRES_PER_DEGREE, Box, Spot, squeeze
from consumers.criteria.query import Either, Every, Node, Phrase, Without, wanted
from consumers.criteria.statuses import LISTED
from consumers.search.index.opensearch.schema import written
from consumers.search.listing import DELETED

Query = dict[str, Any]

NOTHING: Query = {"match_none": {}}

# The formula of `places`, step by step and so exact to the last bit.
_METRES = """
    double dy = doc['latitude'].value - params.south;
    double dx = (doc['longitude'].value - params.west) * params.narrow;
    double metres = Math.rint(Math.sqrt(dy * dy + dx * dx) * params.scale);
"""
# So many words near one are tried, the nearest first.
_SPELLINGS = 1000


def query_of(criteria: Criteria) -> Query:
    """Give the query that matches what ``criteria`` asks for, but for a drawn area."""
    if criteria.is_void:
        return NOTHING
    parts = [statuses_query(criteria.statuses)]
    for name, (low, high) in (criteria.ranges or {}).items():
        parts.append({"range": {name: {"gte": low, "lte": high}}})
    for name, value in (criteria.exact or {}).items():
        parts.append(_term(name, value))
    if criteria.near is not None and criteria.metres is not None:
        parts += _circle_queries(criteria.near, criteria.metres)
    for name in ("listed", "reduced"):
        if (since := getattr(criteria, f"{name}_since")) is not None:
            parts.append({"range": {f"{name}_at": {"gte": since}}})
    if criteria.box is not None:
        parts += _box_queries(criteria.box)
    if criteria.words is not None:
        parts.append(_words_query(criteria.words))
    return every(parts)


def scoring_query(matches: Query, words: Node) -> Query:
    """Give what ``matches``, scored by the words alone, which count more in a title."""
    scoring = [
        {"bool": {"should": _mentions(field, words), "boost": boost}}
        for field, boost in (("words", 1.0), ("title_words", 0.5))
    ]
    return {"bool": {"filter": [matches], "should": scoring}}


def near_query(lexeme: str, distance: int) -> Query:
    """Give the query for listed homes with a lexeme that many edits away, or fewer."""
    near = {"value": lexeme, "fuzziness": distance, "max_expansions": _SPELLINGS}
    return every([statuses_query(LISTED), {"fuzzy": {"words": near}}])


def statuses_query(statuses: tuple[str, ...]) -> Query:
    """Give the query for listings in one of ``statuses``."""
    return {"terms": {"status": list(statuses)}}


def ids_query(ids: list[int]) -> Query:
    """Give the query for these listings."""
    return {"terms": {"id": ids}}


def present_query(key: str, low: int, high: int) -> Query:
    """Give the query for every ``key`` from ``low`` to below ``high`` that is not deleted."""
    return without({"range": {key: {"gte": low, "lt": high}}}, _term("status", DELETED))


def every(parts: list[Query]) -> Query:
    """Give what matches all parts."""
    return {"bool": {"filter": parts}}


def without(query: Query, other: Query) -> Query:
    """Give what matches ``query`` and not the other."""
    return {"bool": {"filter": [query], "must_not": [other]}}


def boxed(query: Query, box: Box) -> Query:
    """Give what ``query`` matches inside ``box``."""
    return every([query, *_box_queries(box)])


def in_cells(query: Query, cells: Sequence[str]) -> Query:
    """Give what ``query`` matches inside the cells."""
    return every([query, {"terms": {"cells": list(cells)}}])


def metres_script(spot: Spot) -> dict[str, Any]:
    """Give what measures the distance from ``spot``."""
    return _script(f"{_METRES} return metres;", spot)


def _circle_queries(spot: Spot, metres: int) -> list[Query]:
    inside = _script(f"{_METRES} return metres <= params.reach;", spot, reach=metres)
    return [*_box_queries(spot.around(metres)), {"script": {"script": inside}}]


def _script(source: str, spot: Spot, **more: float) -> dict[str, Any]:
    place = {"south": spot.latitude, "west": spot.longitude, "narrow": squeeze(spot.latitude)}
    return {"source": source, "params": {**place, "scale": METRES_PER_DEGREE, **more}}


def _box_queries(box: Box) -> list[Query]:
    sides = (("latitude", box.south, box.north), ("longitude", box.west, box.east))
    return [{"range": {name: {"gte": low, "lte": high}}} for name, low, high in sides]


def _mentions(field: str, words: Node) -> list[Query]:
    return [_phrase_query(field, phrase) for phrase in wanted(words)]


def _words_query(node: Node) -> Query:
    match node:
        case Phrase():
            return _phrase_query("words", node)
        case Every(parts=parts):
            return every([_words_query(part) for part in parts])
        case Either(parts=parts):
            return {"bool": {"should": [_words_query(part) for part in parts]}}
        case Without(part=part):
            return {"bool": {"must_not": [_words_query(part)]}}


def _phrase_query(field: str, phrase: Phrase) -> Query:
    (_, first), *others = phrase.lexemes
    if not others:
        return _term(field, written(first))
    clauses: list[Query] = []
    reached = 0
    for place, lexeme in phrase.lexemes:
        if place > reached:
            clauses.append({"span_gap": {field: place - reached}})
        clauses.append({"span_term": {field: written(lexeme)}})
        reached = place + 1
    return {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}


def _term(field: str, value: str) -> Query:
    return {"term": {field: value}}
