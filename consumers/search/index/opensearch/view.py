"""The index as one commit left it, for the length of a request."""

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from consumers.criteria.criteria import FACETS, Criteria
from consumers.criteria.statuses import FOR_SALE, LISTED
from consumers.search.index.aggregations import MOST_VALUES
from consumers.search.index.contents import text_of
from consumers.search.index.opensearch.connection import reading
from consumers.search.index.opensearch.documents import kept_of, row_of
from consumers.search.index.opensearch.indexes import Moment
from consumers.search.index.opensearch.queries import (
    Query,
    every,
    ids_query,
    near_query,
    present_query,
    statuses_query,
)
from consumers.search.index.opensearch.selection import Selection
from consumers.search.index.port import TEXTS, Kept
from consumers.search.index.state import IndexState
from consumers.search.listing import DELETED
from consumers.search.words.completions import Completion, best_completions

_TEXTS = ["row", "description"]


class OpenSearchView:
    """One state of the index, and what was visible with it."""

    def __init__(self, moment: Moment, state: IndexState) -> None:
        self.state = state
        self._moment = moment

    def select(self, criteria: Criteria) -> Selection:
        return Selection(self._moment, criteria)

    def choices(self) -> dict[str, list[str]]:
        return self._choices

    def versions(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        return self._versions("id", low, high)

    def favourite_versions(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        return self._versions("favourite", low, high)

    def _versions(self, key: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        with reading():
            for page in self._moment.pages(key, ["version"], present_query(key, low, high)):
                yield from ((values[key], values["version"]) for values in page)

    def held(self, listing_id: int) -> tuple[Kept, str] | None:
        with reading():
            fields = ["version", "lsn", "status"]
            (page,) = self._moment.pages("id", fields, ids_query([listing_id]))
        return (kept_of(page[0]), page[0]["status"]) if page else None

    def row(self, listing_id: int) -> dict[str, Any] | None:
        found = self._hits(every([ids_query([listing_id]), statuses_query(LISTED)]), 1)
        return row_of(found[0]) if found else None

    def descriptions(self, ids: Collection[int]) -> dict[int, str]:
        present = {"bool": {"must_not": [statuses_query((DELETED,))]}}
        hits = self._hits(every([ids_query(list(ids)), present]), len(ids)) if ids else []
        return {row_of(hit)["id"]: hit["_source"]["description"] for hit in hits}

    def texts_near(self, lexeme: str, distance: int) -> list[str]:
        newest = [{"listed_at": "desc"}, {"id": "desc"}]
        hits = self._hits(near_query(lexeme, distance), TEXTS, sort=newest)
        return [text_of(row_of(hit), hit["_source"]["description"]) for hit in hits]

    def completions(self, beginning: str, limit: int) -> list[Completion]:
        if not beginning:
            return []
        # Whatever has a meaning in the server's patterns stands for itself.
        pattern = re.sub(r"[^\w ]", lambda sign: f"\\{sign.group()}", beginning) + ".*"
        found = self._values("phrases", statuses_query(FOR_SALE), include=pattern)
        return best_completions(found, limit)

    def _hits(self, query: Query, size: int, **more: Any) -> list[dict[str, Any]]:
        with reading():
            found = self._moment.search(query=query, size=size, _source=_TEXTS, **more)
        hits: list[dict[str, Any]] = found["hits"]["hits"]
        return hits

    def _values(self, field: str, query: Query, **more: Any) -> list[tuple[str, int]]:
        asked = {"terms": {"field": field, "size": MOST_VALUES, **more}}
        with reading():
            found = self._moment.search(query=query, size=0, aggs={"values": asked})
        return [
            (bucket["key"], bucket["doc_count"])
            for bucket in found["aggregations"]["values"]["buckets"]
        ]

    @cached_property
    def _choices(self) -> dict[str, list[str]]:
        listed = statuses_query(LISTED)
        return {name: sorted(value for value, _ in self._values(name, listed)) for name in FACETS}
