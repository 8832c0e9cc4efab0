"""What matches one search, in one view of the index.

Enters: criteria. Leaves: counts, rows, distances; all of them the server's own.
"""

import json
from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from consumers.criteria.criteria import Criteria
from consumers.criteria.query import wanted
from consumers.criteria.regions import Drawn
from consumers.search.cells import COUNTED, cover_of, summed_up
from consumers.search.chart import Area
from consumers.search.facets import LABELS, Counts
from consumers.search.index.aggregations import areas_of, by, by_area, counted
from consumers.search.index.opensearch.connection import reading
from consumers.search.index.opensearch.documents import packed_row_of, row_of
from consumers.search.index.opensearch.indexes import Moment
from consumers.search.index.opensearch.queries import (
    Query,
    boxed,
    ids_query,
    in_cells,
    metres_script,
    query_of,
    scoring_query,
    without,
)
from consumers.search.index.opensearch.schema import ORDERS
from consumers.search.index.port import Bookmark, Standing
from consumers.search.words.ranking import CANDIDATES, Scored, ranked

# No home costs so much.
_BEHIND_ALL = 2**31

# What the best order is made of, beside how well the words fit.
_RANKED = ["id", "listed_at", "favourites"]

Hit = dict[str, Any]


class Selection:
    """The listings that match ``criteria``; for the length of a request."""

    def __init__(self, moment: Moment, criteria: Criteria) -> None:
        self._moment = moment
        self.criteria = criteria

    def count(self) -> int:
        count: int = self._found(size=0, track_total_hits=True)["hits"]["total"]["value"]
        return count

    def counts(self, facets: Collection[str] = tuple(LABELS)) -> Counts:
        found = self._summed({name: by(name) for name in facets})
        return {name: counted(found[name]) for name in facets}

    def prices(self, edges: Sequence[int]) -> list[int]:
        ranges = [{"from": low, "to": high} for low, high in pairwise([*edges, _BEHIND_ALL])]
        found = self._summed({"prices": {"range": {"field": "price", "ranges": ranges}}})
        return [bucket["doc_count"] for bucket in found["prices"]["buckets"]]

    def cells(self, size: int) -> dict[int, int]:
        counting = next(each for each in COUNTED if each >= size)
        return summed_up(counted(self._summed({"cells": by(f"cell_{counting}")})["cells"]), size)

    def areas(self) -> list[Area]:
        return areas_of(self._summed({"areas": by_area()})["areas"])

    def rows(self, start: int, limit: int) -> list[dict[str, Any]]:
        return [row_of(hit) for hit in self._hits(start, limit)]

    def packed_rows(self, start: int, limit: int) -> list[str]:
        return [packed_row_of(hit) for hit in self._hits(start, limit)]

    def rows_from(self, mark: Bookmark, limit: int) -> list[tuple[Standing, dict[str, Any]]]:
        order = _reversed(self._order) if mark.is_before else self._order
        after = {} if mark.standing is None else {"search_after": list(mark.standing)}
        found = self._in_order(self._query, order, limit, **after)
        rows = [(Standing(*map(int, hit["sort"])), row_of(hit)) for hit in found]
        return rows[::-1] if mark.is_before else rows

    def scores(self) -> list[Scored]:
        return [scored for scored, _ in self._candidates]

    def engine_query(self) -> str:
        return json.dumps(self._best_query)

    @cached_property
    def _query(self) -> Query:
        query = query_of(self.criteria)
        return query if self.criteria.area is None else self._within(query, self.criteria.area)

    def _within(self, query: Query, area: Drawn) -> Query:
        """Give what lies in the area; only what is near its edge is looked at here."""
        cover = cover_of(area)
        if cover is None:
            query = near_edge = boxed(query, area.box)
        else:
            near_edge = in_cells(query, cover.edge)
            query = in_cells(query, [*cover.inside, *cover.edge])
        with reading():
            pages = list(self._moment.pages("id", ["latitude", "longitude"], near_edge))
        homes = [home for page in pages for home in page]
        belongs = area.holds([(home["latitude"], home["longitude"]) for home in homes])
        out = [home["id"] for home, is_in in zip(homes, belongs, strict=True) if not is_in]
        return without(query, ids_query(out)) if out else query

    def _found(self, **asked: Any) -> dict[str, Any]:
        return self._ask(query=self._query, **asked)

    def _summed(self, asked: dict[str, Any]) -> dict[str, Any]:
        summed: dict[str, Any] = self._found(size=0, aggs=asked)["aggregations"]
        return summed

    def _ask(self, **asked: Any) -> dict[str, Any]:
        with reading():
            return self._moment.search(**asked)

    @property
    def _order(self) -> list[Any]:
        if self.criteria.sort != "distance":
            return _by_field(self.criteria.sort)
        assert self.criteria.near is not None
        script = metres_script(self.criteria.near)
        by_distance = {"_script": {"type": "number", "script": script, "order": "asc"}}
        return [by_distance, {"id": {"order": "asc"}}]

    def _hits(self, start: int, limit: int) -> list[Hit]:
        if self.criteria.sort == "best":
            return self._best_hits(start, limit)
        return self._in_order(self._query, self._order, limit, **{"from": start})

    def _in_order(self, query: Query, order: list[Any], limit: int, **place: Any) -> list[Hit]:
        asked = {"query": query, "sort": order, "size": limit, "_source": ["row"], **place}
        hits: list[Hit] = self._ask(**asked, track_total_hits=False)["hits"]["hits"]
        return hits

    def _best_hits(self, start: int, limit: int) -> list[Hit]:
        hits = {scored.id: hit for scored, hit in self._candidates}
        best = [hits[rank.id] for rank in ranked(self.scores())]
        page = best[start : start + limit]
        if len(page) == limit or len(best) < CANDIDATES:
            return page
        others = without(self._query, ids_query(list(hits)))
        behind = max(0, start - len(best))
        size = limit - len(page)
        return page + self._in_order(others, _by_field("newest"), size, **{"from": behind})

    @property
    def _best_query(self) -> Query:
        words = self.criteria.words
        return scoring_query(self._query, words) if words and wanted(words) else self._query

    @cached_property
    def _candidates(self) -> list[tuple[Scored, Hit]]:
        is_scored = self._best_query is not self._query
        order = ["_score", {"id": "desc"}] if is_scored else _by_field("newest")
        asked = {"sort": order, "docvalue_fields": _RANKED, "_source": ["row"]}
        hits = self._ask(query=self._best_query, size=CANDIDATES, **asked)["hits"]["hits"]
        return [(_scored(hit), hit) for hit in hits]


def _scored(hit: Hit) -> Scored:
    values = hit["fields"]
    # What is ordered by a field has no score.
    place = values["listed_at"][0], values["favourites"][0]
    return Scored(values["id"][0], hit["_score"] or 0.0, *place)


def _by_field(sort: str) -> list[Any]:
    field, direction = ORDERS[sort]
    return [{field: {"order": direction}}, {"id": {"order": direction}}]


def _reversed(order: list[Any]) -> list[Any]:
    return [
        {name: {**each, "order": "desc" if each["order"] == "asc" else "asc"}}
        for part in order
        for name, each in part.items()
    ]
