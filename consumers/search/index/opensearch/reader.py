"""The reading side of the OpenSearch index, in the HTTP processes.

Enters: nothing. Leaves: the latest view. It is made anew when the state has changed, and closed
when the last request lets go of it; one small question tells.
"""

import math
import time
from threading import Lock

from consumers.search.index.opensearch.connection import reading
from consumers.search.index.opensearch.indexes import LIVE, Found, Indexes
from consumers.search.index.opensearch.view import OpenSearchView
from consumers.search.index.port import IndexUnavailable
from consumers.search.index.state import UnusableState

# The server lets a moment go that nobody asks for a minute.
_RENEWED_SECONDS = 30.0


class OpenSearchReader:
    """Gives the current view of the live index; safe to share between threads."""

    def __init__(self, indexes: Indexes) -> None:
        self._indexes = indexes
        self._lock = Lock()
        self._seen: Found | None = None
        self._view: OpenSearchView | None = None
        self._opened_at = 0.0
        self._current_at = -math.inf

    def view(self) -> OpenSearchView:
        """Give the latest view. Raises ``IndexUnavailable``; two questions at most."""
        live = self._live()
        with self._lock:
            is_old = time.monotonic() - self._opened_at > _RENEWED_SECONDS
            if self._view is None or is_old or not _is_same(self._seen, live):
                return self._renewed()
            return self._view

    def seconds_since_current(self) -> float:
        # As of the last view, which whoever asks has just been given.
        return time.time() - self._current_at

    def _live(self) -> Found:
        try:
            with reading():
                live = self._indexes.find(LIVE)
        except UnusableState as reason:
            raise IndexUnavailable(str(reason)) from reason
        self._current_at = live.current_at
        return live

    def _renewed(self) -> OpenSearchView:
        # First the state, then what is visible: that may be newer and never older.
        live = self._live()
        with reading():
            moment = self._indexes.open_moment(live.index)
        view = OpenSearchView(moment, live.state)
        self._seen, self._view, self._opened_at = live, view, time.monotonic()
        return view


def _is_same(seen: Found | None, live: Found) -> bool:
    return seen is not None and (seen.index, seen.place) == (live.index, live.place)
