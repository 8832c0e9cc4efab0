"""Where the top of each order ends: the first rows of most questions lie there.

Enters: an index. Leaves: keys, before each of which so many homes come. To look through what is
before one costs a tenth of looking through all that matches, where much does. They are hints: who
finds too little looks further, so that an old one costs time and no answer.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tantivy import Order, Query, Schema, Searcher

from consumers.criteria.statuses import LISTED
from consumers.search.index.tantivy.documents import MARKETS
from consumers.search.index.tantivy.schema import ORDERS

RANKS = (2_000, 8_000)
# Worth a look of its own is only a small part; and it holds until the whole is that much another.
SHARE = 16
# So many times as much as is wanted is to be expected there.
PLENTY = 8


class Edge(NamedTuple):
    """The key of an order at a rank."""

    rank: int
    key: int


class Edges:
    """The edges of one index, whichever of its commits is looked at; for any thread."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, list[Edge]]] = {}

    def of(
        self, sort: str, schema: Schema, searcher: Searcher, wanted: int, matched: int
    ) -> Edge | None:
        """Give the nearest edge that ``wanted`` of so many matches are likely to be before."""
        size = searcher.num_docs
        enough = (
            edge
            for edge in self._of(sort, schema, searcher)
            if wanted <= edge.rank and matched * edge.rank >= PLENTY * wanted * size
        )
        return next(enough, None)

    def _of(self, sort: str, schema: Schema, searcher: Searcher) -> Sequence[Edge]:
        size = searcher.num_docs
        measured_at, edges = self._known.get(sort, (0, []))
        if abs(size - measured_at) * SHARE > size:
            edges = _measured(sort, schema, searcher)
            self._known[sort] = size, edges
        return edges


def _measured(sort: str, schema: Schema, searcher: Searcher) -> list[Edge]:
    field, largest_first = ORDERS[sort]
    order = Order.Desc if largest_first else Order.Asc
    listed = Query.term_query(schema, "market", MARKETS[LISTED], "basic")
    found = []
    for rank in RANKS:
        if rank * SHARE <= searcher.num_docs:
            last = searcher.search(
                listed, 1, count=False, order_by_field=field, offset=rank - 1, order=order
            )
            found += [Edge(rank, int(key)) for key, _ in last.hits]
    return found
