"""The reading side of the Tantivy index, in the HTTP processes.

Enters: criteria. Leaves: selections, choices, versions. A view stays as it is for the
length of a request; the next one is made when the state file has changed.
"""

import logging
import os
import time
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from tantivy import Index, Order, Query

from consumers.criteria.criteria import FACETS, Criteria
from consumers.criteria.statuses import FOR_SALE, LISTED
from consumers.search.index.contents import text_of
from consumers.search.index.port import TEXTS, IndexUnavailable, Kept
from consumers.search.index.state import (
    FILE,
    IndexState,
    UnusableState,
    load_state,
    seconds_since_current,
)
from consumers.search.index.tantivy.documents import row_of, told_of
from consumers.search.index.tantivy.edges import Edges
from consumers.search.index.tantivy.queries import near_query, present_query, statuses_query
from consumers.search.index.tantivy.schema import ORDERS, open_directory
from consumers.search.index.tantivy.searcher import READING, ReadingSearcher
from consumers.search.index.tantivy.selection import Selection
from consumers.search.index.tantivy.wholeness import Wholeness
from consumers.search.listing import DELETED
from consumers.search.words.completions import Completion, best_completions

log = logging.getLogger(__name__)

Signature = tuple[int, int, int]

_PAGE = 10_000


class TantivyView:
    """The index as one commit left it."""

    def __init__(self, index: Index, state: IndexState, edges: Edges) -> None:
        self.state = state
        self._schema = index.schema
        self._searcher = ReadingSearcher(index.searcher(), index.schema, edges)

    def select(self, criteria: Criteria) -> Selection:
        return Selection(self._schema, self._searcher, criteria)

    def choices(self) -> dict[str, list[str]]:
        return self._choices

    def versions(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        return self._versions("id", low, high)

    def favourite_versions(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        return self._versions("favourite", low, high)

    def _versions(self, key: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        page = self._keys_and_versions(key, low, high)
        while len(page) == _PAGE:
            # A key that is there twice stays together, or nobody would notice.
            last = page[-1][0]
            yield from (pair for pair in page if pair[0] < last)
            page = self._keys_and_versions(key, last, high)
        yield from page

    def _keys_and_versions(self, key: str, low: int, high: int) -> list[tuple[int, int]]:
        result = self._searcher.search(
            present_query(self._schema, key, low, high),
            _PAGE,
            count=False,
            order_by_field=key,
            order=Order.Asc,
        )
        ids = [int(key) for key, _ in result.hits]
        addresses = [address for _, address in result.hits]
        versions = self._searcher.fast_field_values("version", addresses)
        return [(key, int(value or 0)) for key, value in zip(ids, versions, strict=True)]

    def held(self, listing_id: int) -> tuple[Kept, str] | None:
        by_id = Query.term_query(self._schema, "id", listing_id)
        addresses = [address for _, address in self._searcher.search(by_id, 1).hits]
        if not addresses:
            return None
        version, lsn = (
            int(self._searcher.fast_field_values(name, addresses)[0] or 0)
            for name in ("version", "lsn")
        )
        status = row_of(self._searcher.doc(addresses[0]))["status"]
        return Kept(version, lsn, is_deleted=status == DELETED), status

    def row(self, listing_id: int) -> dict[str, Any] | None:
        found = self._by_ids([listing_id])
        return found[0][0] if found and found[0][0]["status"] in LISTED else None

    def descriptions(self, ids: Collection[int]) -> dict[int, str]:
        return {row["id"]: text for row, text in self._by_ids(ids) if row["status"] != DELETED}

    def texts_near(self, lexeme: str, distance: int) -> list[str]:
        newest, _ = ORDERS["newest"]
        query = near_query(self._schema, lexeme, distance)
        hits = self._searcher.search(query, TEXTS, count=False, order_by_field=newest).hits
        return [text_of(*told_of(self._searcher.doc(address))) for _, address in hits]

    def completions(self, beginning: str, limit: int) -> list[Completion]:
        if not beginning:
            return []
        for_sale = statuses_query(self._schema, FOR_SALE)
        found = self._searcher.terms_with_prefix("phrases", beginning, for_sale)
        return best_completions(found, limit)

    def _by_ids(self, ids: Collection[int]) -> list[tuple[dict[str, Any], str]]:
        if not ids:
            return []
        query = Query.term_set_query(self._schema, "id", list(ids))
        hits = self._searcher.search(query, len(ids), count=False).hits
        return [told_of(self._searcher.doc(address)) for _, address in hits]

    @cached_property
    def _choices(self) -> dict[str, list[str]]:
        listed = statuses_query(self._schema, LISTED)
        return {
            name: sorted(term for term, _ in self._searcher.terms_with_prefix(name, "", listed))
            for name in FACETS
        }


class TantivyReader:
    """Gives the current view of the index in ``root``; safe to share between threads."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._clock = clock
        self._state_file = root / FILE
        self._lock = Lock()
        self._index: Index | None = None
        self._directory = ""
        self._edges = Edges()
        self._files: Wholeness | None = None
        # Why the index of that directory is not to be asked any more.
        self._damage: UnusableState | None = None
        self._seen: Signature | None = None
        self._view: TantivyView | None = None

    def view(self) -> TantivyView:
        """Give the latest view. Raises ``IndexUnavailable``; one stat when nothing changed."""
        try:
            view = self._latest()
            if not self._is_damaged():
                return view
            # Its files may be gone because another index has taken its place.
            view = self._latest()
        except (UnusableState, ValueError, OSError, RuntimeError) as reason:
            raise IndexUnavailable(str(reason)) from reason
        if self._damage is not None:
            raise IndexUnavailable(str(self._damage)) from self._damage
        return view

    def seconds_since_current(self) -> float:
        return seconds_since_current(self._root)

    def _latest(self) -> TantivyView:
        signature = self._signature()
        if signature != self._seen or self._view is None:
            with self._lock:
                return self._renewed(signature)
        return self._view

    def _signature(self) -> Signature:
        try:
            found = os.stat(self._state_file)
        except FileNotFoundError:
            # To read what is not there says so in our own words.
            return 0, 0, 0
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _renewed(self, signature: Signature) -> TantivyView:
        if signature == self._seen and self._view is not None:
            return self._view
        state = load_state(self._root)
        if self._index is None or self._directory != state.directory:
            self._open(state.directory)
        assert self._index is not None
        with READING:
            self._index.reload()
        self._view = TantivyView(self._index, state, self._edges)
        self._seen = signature
        return self._view

    def _open(self, directory: str) -> None:
        path = self._root / directory
        files = Wholeness(path, self._clock)
        files.prove()
        with READING:
            self._index = open_directory(path)
        self._directory, self._files, self._damage = directory, files, None
        self._edges = Edges()

    def _is_damaged(self) -> bool:
        """Look after the files; what was found once holds until another index is opened."""
        files = self._files
        if files is not None and self._damage is None:
            try:
                files.look()
            except UnusableState as reason:
                log.error("index_damaged directory=%s reason=%s", self._directory, reason)
                if files is self._files:
                    self._damage = reason
        return self._damage is not None
