"""The orders of what matches: a query enters, addresses of documents leave."""

from collections.abc import Collection
from functools import cached_property
from typing import Any, cast

from tantivy import DocAddress, Order, Query, Schema

from consumers.criteria.query import Node
from consumers.search.index.port import Bookmark, Standing
from consumers.search.index.tantivy.queries import above, below, scoring_query, without
from consumers.search.index.tantivy.schema import ORDERS
from consumers.search.index.tantivy.searcher import ReadingSearcher
from consumers.search.words.ranking import CANDIDATES, Scored, ranked

# An order field holds the id in its lower half.
_ID = 2**32 - 1


def by_field(
    schema: Schema,
    searcher: ReadingSearcher,
    query: Query,
    sort: str,
    start: int,
    limit: int,
    outside: Collection[int] = frozenset(),
    matched: int = 0,
) -> list[DocAddress]:
    """Give a part of what matches in the order of ``sort``'s field, less the ids ``outside``.

    Who knows how much has ``matched``, and that all over the order, is answered sooner.
    """
    if not outside:
        hits = _first(schema, searcher, query, sort, limit, start, matched)
        return [address for _, address in hits]
    end = most = start + limit
    while True:
        most = min(2 * most, end + len(outside))
        hits = _first(schema, searcher, query, sort, most, matched=matched)
        found = [address for key, address in hits if key & _ID not in outside]
        if len(found) >= end or len(hits) < most:
            return found[start:end]


def from_bookmark(
    schema: Schema, searcher: ReadingSearcher, query: Query, sort: str, mark: Bookmark, limit: int
) -> list[tuple[Standing, DocAddress]]:
    """Give the places and addresses of what comes next to a bookmark in the order of ``sort``."""
    field, largest_first = ORDERS[sort]
    is_rising = largest_first == mark.is_before
    if mark.standing is not None:
        beyond = above if is_rising else below
        query = beyond(schema, query, field, mark.standing.value << 32 | mark.standing.id)
    hits = _ordered(searcher, query, field, limit, is_rising=is_rising)
    found = [(Standing(key >> 32, key & _ID), address) for key, address in hits]
    return found[::-1] if mark.is_before else found


def _first(
    schema: Schema,
    searcher: ReadingSearcher,
    query: Query,
    sort: str,
    limit: int,
    start: int = 0,
    matched: int = 0,
) -> list[tuple[int, DocAddress]]:
    """Give keys and addresses in an order, from its top alone where it is likely to hold them."""
    field, largest_first = ORDERS[sort]
    if edge := searcher.edge(sort, wanted=start + limit, matched=matched):
        before = above if largest_first else below
        top = before(schema, query, field, edge.key)
        found = _ordered(searcher, top, field, limit, start, is_rising=not largest_first)
        if len(found) == limit:
            return found
    return _ordered(searcher, query, field, limit, start, is_rising=not largest_first)


def _ordered(
    searcher: ReadingSearcher,
    query: Query,
    field: str,
    limit: int,
    start: int = 0,
    *,
    is_rising: bool,
) -> list[tuple[int, DocAddress]]:
    order = Order.Asc if is_rising else Order.Desc
    result = searcher.search(
        query, limit, count=False, order_by_field=field, offset=start, order=order
    )
    return [(int(key), address) for key, address in result.hits]


class BestOrder:
    """The best match first among the candidates, then the newest."""

    def __init__(
        self, schema: Schema, searcher: ReadingSearcher, matches: Query, words: Node | None
    ) -> None:
        self._schema = schema
        self._searcher = searcher
        self._matches = matches
        self._is_scored = words is not None
        self.query = scoring_query(schema, matches, words) if words else matches

    def scores(self) -> list[Scored]:
        return [scored for scored, _ in self._candidates]

    def part(self, start: int, limit: int) -> list[DocAddress]:
        addresses = {scored.id: address for scored, address in self._candidates}
        best = [addresses[rank.id] for rank in ranked(self.scores())]
        page = best[start : start + limit]
        if len(page) == limit or len(best) < CANDIDATES:
            return page
        others = without(self._schema, self._matches, addresses)
        behind = max(0, start - len(best))
        return page + by_field(
            self._schema, self._searcher, others, "newest", behind, limit - len(page)
        )

    @cached_property
    def _candidates(self) -> list[tuple[Scored, DocAddress]]:
        if self._is_scored:
            hits = self._searcher.search(self.query, CANDIDATES, count=False).hits
        else:
            newest = by_field(self._schema, self._searcher, self.query, "newest", 0, CANDIDATES)
            hits = [(0.0, address) for address in newest]
        addresses = [address for _, address in hits]
        orders, favourites = (
            # Every match is listed, and what is listed has both.
            cast(list[Any], self._searcher.fast_field_values(name, addresses))
            for name in ("order_newest", "favourites")
        )
        return [
            (Scored(order & _ID, float(fit), order >> 32, kept), address)
            for (fit, address), order, kept in zip(hits, orders, favourites, strict=True)
        ]
