"""The consumer's writer: one process per directory, or a clear refusal.

Enters: listings and tombstones from the projection. Leaves: a directory of segments and the
state beside it. An index that is missing or damaged is replaced by an empty one whose state
wants every record again, and damage that is seen later ends the process, so that the next one does
so; one that was swapped for another is left, and that one written on.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from consumers.runtime.errors import StopConsumer
from consumers.search.index.locks import locked, no_swap
from consumers.search.index.state import FILE, IndexState, UnusableState, load_state
from consumers.search.index.tantivy.generation import GenerationWriter, start_index
from consumers.search.index.tantivy.generations import new_name, sweep

log = logging.getLogger(__name__)


class TantivyWriter(GenerationWriter):
    """The writer of the live index in ``root``; hold it as long as the process lives."""

    def __init__(self, root: Path) -> None:
        """Open the index, or start anew. Raises ``StopConsumer`` when another process writes."""
        self._lock = locked(root / "writer.lock", StopConsumer, "writes the index")
        try:
            super().__init__(root, load_state(root), FILE)
        except (UnusableState, ValueError, OSError, RuntimeError) as reason:
            log.warning("index_begun reason=%s", reason)
            state = IndexState(new_name())
            start_index(root, state, FILE)
            sweep(root)
            super().__init__(root, state, FILE)

    @contextmanager
    def hold(self) -> Iterator[bool]:
        with no_swap(self._root):
            was_swapped = self._follow()
            self._look_after_files()
            yield was_swapped

    def close(self) -> None:
        super().close()
        self._lock.close()

    def _look_after_files(self) -> None:
        """Raise ``StopConsumer`` at damage: the process that comes next begins anew."""
        try:
            self._files.look()
        except UnusableState as reason:
            raise StopConsumer(f"{self._root}: {reason}") from reason

    def _follow(self) -> bool:
        """Turn to the index that is live by now; tell whether it is another one."""
        try:
            state = load_state(self._root)
        except UnusableState:
            # The file is gone; the next commit writes it again.
            return False
        if state.directory == self.state.directory:
            return False
        log.info("index_swapped from=%s to=%s", self.state.directory, state.directory)
        self.state = state
        self._open()
        return True
