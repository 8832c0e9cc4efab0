"""An index beside the live one, and how it takes that one's place.

Enters: an empty index, or the one kept by the last swap. Leaves: the live one, by one change of
the aliases; the one before is kept, and older ones are removed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from consumers.runtime.rebuilding.port import RebuildRefused
from consumers.runtime.records import Partition
from consumers.search.index.locks import locked, no_commits
from consumers.search.index.opensearch.connection import writing
from consumers.search.index.opensearch.generation import GenerationWriter, read_kept
from consumers.search.index.opensearch.indexes import LIVE, NEXT, PREVIOUS, Found, Indexes
from consumers.search.index.port import Kept
from consumers.search.index.state import UnusableState


class OpenSearchSuccessor:
    """The index that may become the live one."""

    def __init__(self, indexes: Indexes, root: Path, *, back: bool) -> None:
        """Begin it. Raises ``RebuildRefused`` when another process does, or nothing was kept."""
        self._indexes = indexes
        self._root = root
        self._lock = locked(root / "rebuild.lock", RebuildRefused, "rebuilds the index")
        try:
            with writing():
                found = _kept_one(indexes) if back else _empty_one(indexes, root)
            self.writer = GenerationWriter(indexes, found)
        except BaseException:
            self._lock.close()
            raise

    @contextmanager
    def standstill(self) -> Iterator[Mapping[Partition, int]]:
        with no_commits(self._root):
            live = self._live()
            yield live.state.next_offsets() if live else {}

    def look_at_live(self) -> Callable[[], list[str]]:
        live = self._live()
        held = self._held_by(live.index) if live else {}

        def losses() -> list[str]:
            own = self._held_by(self.writer.state.directory)
            lost = (key for key, kept in held.items() if kept.is_lost_in(own.get(key)))
            return [f"listing {key}" for key in lost]

        return losses

    def swap(self) -> None:
        live = self._live()
        own = self.writer.state
        was_complete = live is not None and live.state.snapshot_complete
        is_complete = was_complete or own.snapshot_complete
        self.writer.save(replace(own, snapshot_complete=is_complete, caught_up_once=True))
        self.writer.mark_current()
        roles: dict[str, str | None] = {LIVE: own.directory, NEXT: None}
        if live is not None and live.state.offsets:
            roles[PREVIOUS] = live.index
        with writing():
            had_previous = self._indexes.has(PREVIOUS)
            self._indexes.assign(roles)
            if had_previous:
                self._indexes.forget_other_formats()
            self._indexes.sweep()

    def close(self) -> None:
        """Let another process rebuild."""
        self._lock.close()

    def _held_by(self, index: str) -> dict[int, Kept]:
        with writing():
            return read_kept(self._indexes, index)[0]

    def _live(self) -> Found | None:
        try:
            with writing():
                return self._indexes.find(LIVE)
        except UnusableState:
            return None


def _empty_one(indexes: Indexes, root: Path) -> Found:
    with no_commits(root):
        begun = indexes.begin(NEXT)
        # What an earlier rebuild left unfinished has no role any more.
        indexes.sweep()
    return begun


def _kept_one(indexes: Indexes) -> Found:
    try:
        return indexes.find(PREVIOUS)
    except UnusableState as reason:
        raise RebuildRefused(f"no earlier index is kept: {reason}") from reason
