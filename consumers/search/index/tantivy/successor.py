"""An index beside the live one, and how it takes that one's place.

Enters: an empty index, or the one kept by the last swap. Leaves: the live one, by one replacement
of the state file; the one before is kept, and older ones are removed.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from consumers.runtime.rebuilding.port import RebuildRefused
from consumers.runtime.records import Partition
from consumers.search.index.locks import locked, no_commits
from consumers.search.index.port import Kept
from consumers.search.index.state import (
    FILE,
    NEXT,
    PREVIOUS,
    IndexState,
    UnusableState,
    load_state,
    mark_current,
    save_state,
)
from consumers.search.index.tantivy.generation import GenerationWriter, kept_in, start_index
from consumers.search.index.tantivy.generations import (
    forget_other_formats,
    new_name,
    sweep,
)

log = logging.getLogger(__name__)


class TantivySuccessor:
    """The index that may become the live one in ``root``."""

    def __init__(self, root: Path, *, back: bool) -> None:
        """Begin it. Raises ``RebuildRefused`` when another process does, or nothing was kept."""
        self._root = root
        self._lock = locked(root / "rebuild.lock", RebuildRefused, "rebuilds the index")
        try:
            self.writer = _kept_one(root) if back else _empty_one(root)
        except BaseException:
            self._lock.close()
            raise
        self._is_open = True

    @contextmanager
    def standstill(self) -> Iterator[Mapping[Partition, int]]:
        with no_commits(self._root):
            live = self._live()
            yield live.next_offsets() if live else {}

    def look_at_live(self) -> Callable[[], list[str]]:
        held = self._held_live()
        # The last moment to wait for them: at the swap the consumer would have to.
        self.writer.finish_merges()

        def losses() -> list[str]:
            own = kept_in(self._root / self.writer.state.directory)
            lost = (key for key, kept in held.items() if kept.is_lost_in(own.get(key)))
            return [f"listing {key}" for key in lost]

        return losses

    def swap(self) -> None:
        live = self._live()
        was_complete = live is not None and live.snapshot_complete
        state = replace(
            self.writer.state,
            snapshot_complete=was_complete or self.writer.state.snapshot_complete,
            caught_up_once=True,
        )
        # The consumer opens it as soon as it may commit again.
        self._close_writer()
        had_previous = (self._root / PREVIOUS).exists()
        if live is not None and live.offsets:
            save_state(self._root, live, PREVIOUS)
        save_state(self._root, state, FILE)
        mark_current(self._root)
        (self._root / NEXT).unlink(missing_ok=True)
        if had_previous:
            forget_other_formats(self._root)
        sweep(self._root)

    def close(self) -> None:
        """Let another process rebuild."""
        self._close_writer()
        self._lock.close()

    def _close_writer(self) -> None:
        if self._is_open:
            self._is_open = False
            self.writer.close()

    def _held_live(self) -> dict[int, Kept]:
        live = self._live()
        try:
            return {} if live is None else kept_in(self._root / live.directory)
        except (ValueError, OSError, RuntimeError) as reason:
            log.warning("live_unreadable directory=%s reason=%s", self._root, reason)
            return {}

    def _live(self) -> IndexState | None:
        try:
            return load_state(self._root)
        except UnusableState:
            return None


def _empty_one(root: Path) -> GenerationWriter:
    state = IndexState(new_name())
    start_index(root, state, NEXT)
    # What an earlier rebuild left unfinished is named by nothing any more.
    sweep(root)
    return GenerationWriter(root, state, NEXT)


def _kept_one(root: Path) -> GenerationWriter:
    try:
        state = load_state(root, PREVIOUS)
        if state.directory == load_state(root).directory:
            raise UnusableState("what was kept is the live one")
        return GenerationWriter(root, state, PREVIOUS)
    except UnusableState as reason:
        raise RebuildRefused(f"no earlier index is kept: {reason}") from reason
    except (ValueError, OSError, RuntimeError) as reason:
        # The consumer lets go of it within a second of the swap.
        raise RebuildRefused(f"the earlier index cannot be opened: {reason}") from reason
