"""The fold: listings in, the search index out. Each change once in effect, in any replay.

A change counts only when its version is above the one held. A deleted listing leaves a
tombstone one version above its last, so that an old change cannot bring it back; a row
made anew under the same id is told by its place in the monolith's log.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from consumers.runtime.errors import PoisonRecord
from consumers.runtime.records import Partition
from consumers.runtime.settings import setting
from consumers.search.index.port import Kept, SearchIndexWriter
from consumers.search.index.state import with_offsets
from consumers.search.index.writer import TantivyWriter
from consumers.search.listing import Removal, SearchListing


def _now() -> datetime:
    return datetime.now(UTC)


class SearchProjection:
    """The read model of one consumer process."""

    def __init__(self, index: SearchIndexWriter, clock: Callable[[], datetime] = _now) -> None:
        self._index = index
        self._clock = clock
        self._kept = index.kept()
        self._snapshot_complete = index.state.snapshot_complete
        # Descriptions staged since the last flush: the index cannot give them back yet.
        self._staged: dict[int, str] = {}

    def apply(self, listing: SearchListing) -> bool:
        """Stage a version of a listing; tell whether it was news."""
        if not _is_news(self._kept.get(listing.id), listing):
            return False
        description = listing.description
        if description is None:
            description = self._description_held(listing.id)
        self._index.put(listing, description)
        self._staged[listing.id] = description
        self._kept[listing.id] = Kept(listing.version, listing.lsn, is_deleted=False)
        return True

    def remove(self, removal: Removal) -> bool:
        """Stage a deletion; tell whether it was news."""
        held = self._kept.get(removal.id)
        # A row made anew after this deletion carries a later position and stays.
        if held is not None and (held.is_deleted or held.lsn > removal.lsn):
            return False
        version = held.version + 1 if held else 1
        tombstone = Kept(version, removal.lsn, is_deleted=True)
        self._index.put_tombstone(removal.id, tombstone)
        self._staged.pop(removal.id, None)
        self._kept[removal.id] = tombstone
        return True

    def complete_snapshot(self) -> None:
        """Hear that the topic has told every row that there was at its beginning."""
        self._snapshot_complete = True

    # The runtime's ReadModel.

    def resume_from(self) -> Mapping[Partition, int]:
        return self._index.state.next_offsets()

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        state = self._index.state
        self._index.commit(
            replace(
                state,
                offsets=with_offsets(state.offsets, offsets),
                snapshot_complete=self._snapshot_complete,
                applied_at=self._clock().isoformat(timespec="milliseconds"),
            )
        )
        self._staged.clear()

    def caught_up(self) -> None:
        state = self._index.state
        if state.snapshot_complete and not state.caught_up_once:
            self._index.save(replace(state, caught_up_once=True))
        self._index.mark_current()

    def _description_held(self, listing_id: int) -> str:
        staged = self._staged.get(listing_id)
        held = self._index.description_of(listing_id) if staged is None else staged
        if held is None:
            raise PoisonRecord(
                f"listing {listing_id}: the description was not repeated and is not held"
            )
        return held


@contextmanager
def opened() -> Iterator[SearchProjection]:
    """Open the index for writing. Raises ``StopConsumer`` when another process writes it."""
    index = TantivyWriter(Path(setting("SEARCH_INDEX_DIR")))
    try:
        yield SearchProjection(index)
    finally:
        index.close()


def _is_news(held: Kept | None, listing: SearchListing) -> bool:
    if held is None:
        return True
    if held.is_deleted and listing.lsn > held.lsn:
        return True
    return listing.version > held.version
