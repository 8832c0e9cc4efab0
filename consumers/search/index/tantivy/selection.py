"""What matches one search, in one view of the index.

Enters: criteria. Leaves: counts, rows, distances. The engine knows no circle and no drawn line:
it is asked for the cells that hold them, and the homes of these that lie outside are left out by
id: by the engine where it sums up, here where it gives homes one by one, which costs less.
"""

import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, cast

from tantivy import DocAddress, Query, Schema

from consumers.criteria.criteria import Criteria
from consumers.criteria.places import Place, Spot
from consumers.criteria.regions import Region
from consumers.search.cells import COUNTED, cover_of, summed_up
from consumers.search.chart import Area
from consumers.search.facets import LABELS, Counts
from consumers.search.index.aggregations import areas_of, by, by_area, counted
from consumers.search.index.port import Bookmark, Standing
from consumers.search.index.tantivy.documents import packed_row_of, row_of
from consumers.search.index.tantivy.orders import BestOrder, by_field, from_bookmark
from consumers.search.index.tantivy.queries import boxed, in_cells, query_of, without
from consumers.search.index.tantivy.searcher import ReadingSearcher
from consumers.search.words.ranking import Scored

# In metres; further away than the last every match is measured.
_RADII = (500, 2_000, 8_000)

# By which bound of what an order's first homes are left out.
_FIRST_SIDE = {
    "price_asc": ("price", 0),
    "price_desc": ("price", 1),
    "area_desc": ("living_area", 1),
}

# Metres and the id below them: a total order.
Away = tuple[int, int, DocAddress]


@dataclass(frozen=True, slots=True)
class _Wide:
    """A query that finds all that matches, and those of its homes that do not, by id."""

    query: Query
    outside: frozenset[int] = frozenset()


class Selection:
    """The listings that match ``criteria``; for the length of a request."""

    def __init__(self, schema: Schema, searcher: ReadingSearcher, criteria: Criteria) -> None:
        self._schema = schema
        self._searcher = searcher
        self.criteria = criteria
        # How many match, as far as anybody has asked.
        self._matched = 0

    def count(self) -> int:
        # No word's weight is worked out where nothing depends on it.
        result: Any = self._searcher.search(Query.const_score_query(self._wide.query, 0.0), 1)
        return int(result.count) - len(self._wide.outside)

    def counts(self, facets: Collection[str] = tuple(LABELS)) -> Counts:
        found = self._searcher.aggregate(self._query, {name: by(name) for name in facets})
        counts = {name: counted(found[name]) for name in facets}
        if facets:
            # Each match has one value or none of a facet.
            self._matched = max(sum(each.values()) for each in counts.values())
        return counts

    def prices(self, edges: Sequence[int]) -> list[int]:
        sides = [*edges, None]
        ranges = [
            {"from": low, "to": high} if high else {"from": low} for low, high in pairwise(sides)
        ]
        asked = {"prices": {"range": {"field": "price", "ranges": ranges}}}
        found = self._searcher.aggregate(self._query, asked)["prices"]["buckets"]
        counts = {int(bucket.get("from", 0)): bucket["doc_count"] for bucket in found}
        return [counts[low] for low in edges]

    def cells(self, size: int) -> dict[int, int]:
        counting = next(each for each in COUNTED if each >= size)
        found = self._searcher.aggregate(self._query, {"cells": by(f"cell_{counting}")})["cells"]
        return summed_up(counted(found), size)

    def areas(self) -> list[Area]:
        return areas_of(self._searcher.aggregate(self._query, {"areas": by_area()})["areas"])

    def rows(self, start: int, limit: int) -> list[dict[str, Any]]:
        return [row_of(self._searcher.doc(found)) for found in self._in_order(start, limit)]

    def packed_rows(self, start: int, limit: int) -> list[str]:
        return [packed_row_of(self._searcher.doc(found)) for found in self._in_order(start, limit)]

    def rows_from(self, mark: Bookmark, limit: int) -> list[tuple[Standing, dict[str, Any]]]:
        if self.criteria.sort == "distance":
            found = self._nearest_from(mark, limit)
        else:
            found = from_bookmark(
                self._schema, self._searcher, self._query, self.criteria.sort, mark, limit
            )
        return [(place, row_of(self._searcher.doc(address))) for place, address in found]

    def scores(self) -> list[Scored]:
        return self._best.scores()

    def engine_query(self) -> str:
        return str(self._best.query)

    def _in_order(self, start: int, limit: int) -> list[DocAddress]:
        if self.criteria.sort == "distance":
            return self._nearest(start, start + limit)
        if self.criteria.sort == "best":
            return self._best.part(start, limit)
        query, outside = self._wide.query, self._wide.outside
        sort = self.criteria.sort
        matched = 0 if self._is_topped else self._matched
        return by_field(self._schema, self._searcher, query, sort, start, limit, outside, matched)

    @property
    def _is_topped(self) -> bool:
        """Tell whether a bound of the order's own value leaves its top out."""
        name, side = _FIRST_SIDE.get(self.criteria.sort, ("", 0))
        return (self.criteria.ranges or {}).get(name, (None, None))[side] is not None

    @cached_property
    def _best(self) -> BestOrder:
        return BestOrder(self._schema, self._searcher, self._query, self.criteria.words)

    @cached_property
    def _query(self) -> Query:
        """Find exactly what matches."""
        return without(self._schema, self._wide.query, self._wide.outside)

    @cached_property
    def _wide(self) -> "_Wide":
        circle = self.criteria.circle
        return self._anywhere if circle is None else self._within(self._anywhere, circle)

    @cached_property
    def _anywhere(self) -> "_Wide":
        """Find what matches at any distance."""
        plain, area = _Wide(query_of(self._schema, self.criteria)), self.criteria.area
        return plain if area is None else self._within(plain, area)

    def _within(self, wide: "_Wide", region: Region) -> "_Wide":
        """Give what lies in the region; only what is near its edge is measured."""
        query = without(self._schema, wide.query, wide.outside)
        cover = cover_of(region, self._searcher.num_docs)
        if cover is None:
            query = near_edge = boxed(self._schema, query, region.box)
        else:
            near_edge = in_cells(self._schema, query, cover.edge)
            query = in_cells(self._schema, query, cover.inside + cover.edge)
        ids, places, _ = self._located(near_edge)
        belongs = region.holds(places)
        outside = (found for found, is_in in zip(ids, belongs, strict=True) if not is_in)
        return _Wide(query, frozenset(outside))

    def _nearest(self, start: int, end: int) -> list[DocAddress]:
        nearest = heapq.nsmallest(end, self._away_from(0, end))
        return [address for _, _, address in nearest[start:]]

    def _nearest_from(self, mark: Bookmark, limit: int) -> list[tuple[Standing, DocAddress]]:
        at = mark.standing or Standing(0, 0)
        if mark.is_before:
            inside = self._around(at[0])
            chosen = heapq.nlargest(limit, [away for away in inside if away[:2] < at])[::-1]
        else:
            found = self._away_from(at[0], limit, behind=at)
            chosen = heapq.nsmallest(limit, found)
        return [(Standing(metres, listing_id), address) for metres, listing_id, address in chosen]

    def _away_from(self, metres: int, enough: int, behind: tuple[int, int] = (0, 0)) -> list[Away]:
        """Look around in ever wider circles until so many are found ``behind``, or all."""
        reach = self.criteria.metres
        for radius in _RADII:
            if metres < radius and (reach is None or radius < reach):
                found = [away for away in self._around(radius) if behind < away[:2]]
                if len(found) >= enough:
                    return found
        everything = self._measured(self._anywhere) if reach is None else self._around(reach)
        return [away for away in everything if behind < away[:2]]

    def _around(self, metres: int) -> list[Away]:
        """Measure what matches no further away, however far a match may be."""
        wide = self._anywhere
        near = boxed(self._schema, wide.query, self._spot.around(metres))
        farthest = min(metres, self.criteria.metres or metres)
        return [away for away in self._measured(_Wide(near, wide.outside)) if away[0] <= farthest]

    @property
    def _spot(self) -> Spot:
        assert self.criteria.near is not None
        return self.criteria.near

    def _measured(self, wide: "_Wide") -> list[Away]:
        ids, places, addresses = self._located(wide.query)
        found = zip(self._spot.metres(places), ids, addresses, strict=True)
        return [away for away in found if away[1] not in wide.outside]

    def _located(self, query: Query) -> tuple[list[int], list[Place], list[DocAddress]]:
        """Give the ids, places and addresses of all that matches."""
        hits = self._searcher.search(query, max(1, self._searcher.num_docs), count=False).hits
        addresses = [address for _, address in hits]
        ids, latitudes, longitudes = (
            # Every match is listed, and what is listed has all three.
            cast(list[Any], self._searcher.fast_field_values(name, addresses))
            for name in ("id", "latitude", "longitude")
        )
        return ids, list(zip(latitudes, longitudes, strict=True)), addresses
