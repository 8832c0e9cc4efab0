"""The consumer's writer: one process per folder of locks, or a clear refusal.

Enters: listings and tombstones from the projection. Leaves: the live index in OpenSearch. One that
is missing is begun empty, and wants every record again; one that was swapped for another is left,
and that one written on. A writer on another machine is told by the state, which it moved.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from consumers.runtime.errors import StopConsumer
from consumers.search.index.locks import locked, no_commits, no_swap
from consumers.search.index.opensearch.connection import writing
from consumers.search.index.opensearch.generation import GenerationWriter
from consumers.search.index.opensearch.indexes import LIVE, Found, Indexes
from consumers.search.index.state import UnusableState

log = logging.getLogger(__name__)


class OpenSearchWriter(GenerationWriter):
    """The writer of the live index; hold it as long as the process lives."""

    def __init__(self, indexes: Indexes, root: Path) -> None:
        """Open the index, or begin one. Raises ``StopConsumer`` when another process writes."""
        self._root = root
        self._lock = locked(root / "writer.lock", StopConsumer, "writes the index")
        try:
            super().__init__(indexes, _live_or_begun(indexes, root))
        except BaseException:
            self._lock.close()
            raise

    @contextmanager
    def hold(self) -> Iterator[bool]:
        with no_swap(self._root):
            yield self._follow()

    def close(self) -> None:
        self._lock.close()

    def _follow(self) -> bool:
        """Turn to the index that is live by now; tell whether it is another one."""
        try:
            with writing():
                live = self._indexes.find(LIVE)
        except UnusableState as reason:
            raise StopConsumer(f"the live index was taken away: {reason}") from reason
        if live.index != self._found.index:
            log.info("index_swapped from=%s to=%s", self._found.index, live.index)
            self._open(live)
            return True
        # An answer may have been lost on the way: then what is there is what this one wrote.
        if live.place != self._found.place and live.state != self._saving:
            raise StopConsumer(f"another process writes {live.index}")
        self._found = live
        return False


def _live_or_begun(indexes: Indexes, root: Path) -> Found:
    with writing():
        try:
            return indexes.find(LIVE)
        except UnusableState as reason:
            log.warning("index_begun reason=%s", reason)
        with no_commits(root):
            begun = indexes.begin(LIVE)
            indexes.sweep()
        return begun
