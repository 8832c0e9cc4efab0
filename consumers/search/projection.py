"""The fold: listings in, the search index out. Each change once in effect, in any replay.

A change counts only when its version is above the one held. A deleted listing leaves a
tombstone one version above its last, so that an old change cannot bring it back; a row
made anew under the same id is told by its place in the monolith's log.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from consumers.runtime.errors import PoisonRecord, RetryLater
from consumers.runtime.records import Partition
from consumers.runtime.settings import setting
from consumers.search.index.port import Kept, SearchIndexWriter
from consumers.search.index.state import with_offsets
from consumers.search.index.tantivy.successor import IndexSuccessor
from consumers.search.index.tantivy.writer import TantivyWriter
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
        # All that was staged since, in order: an index that takes this one's place wants it too.
        self._unflushed: list[SearchListing | Removal] = []

    def apply(self, listing: SearchListing) -> bool:
        """Stage a version of a listing; tell whether it was news."""
        if not _is_news(self._kept.get(listing.id), listing):
            return False
        description = listing.description
        if description is None:
            description = self._description_held(listing.id)
            listing = replace(listing, description=description)
        self._index.put(listing, description)
        self._staged[listing.id] = description
        self._unflushed.append(listing)
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
        self._unflushed.append(removal)
        self._kept[removal.id] = tombstone
        return True

    def complete_snapshot(self) -> None:
        """Hear that the topic has told every row that there was at its beginning."""
        self._snapshot_complete = True

    # The runtime's ReadModel.

    def resume_from(self) -> Mapping[Partition, int]:
        with suppress(RetryLater), self._held():
            pass
        return self._index.state.next_offsets()

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        with self._held():
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
        self._unflushed.clear()

    def caught_up(self) -> None:
        # Amid a swap the next time, a second later, will do.
        with suppress(RetryLater), self._held():
            state = self._index.state
            if state.snapshot_complete and not state.caught_up_once:
                self._index.save(replace(state, caught_up_once=True))
            self._index.mark_current()

    @property
    def wants_rebuild(self) -> bool:
        """Tell whether nothing was ever applied: then it is built at full speed."""
        return not self._index.state.offsets

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._index.hold() as was_swapped:
            if was_swapped:
                self._stage_again()
            yield

    def _stage_again(self) -> None:
        """Stage in the index that is live now what the one before will never commit."""
        self._kept = self._index.kept()
        self._snapshot_complete |= self._index.state.snapshot_complete
        self._staged.clear()
        effects, self._unflushed = self._unflushed, []
        for effect in effects:
            if isinstance(effect, Removal):
                self.remove(effect)
            else:
                self.apply(effect)

    def _description_held(self, listing_id: int) -> str:
        staged = self._staged.get(listing_id)
        held = self._index.description_of(listing_id) if staged is None else staged
        if held is None:
            raise PoisonRecord(
                f"listing {listing_id}: the description was not repeated and is not held"
            )
        return held


def opened() -> AbstractContextManager[SearchProjection]:
    """Open the index for writing. Raises ``StopConsumer`` when another process writes it."""
    return opened_in(Path(setting("SEARCH_INDEX_DIR")))


@contextmanager
def opened_in(folder: Path) -> Iterator[SearchProjection]:
    """Open the index in ``folder``, as ``opened`` does."""
    index = TantivyWriter(folder)
    try:
        yield SearchProjection(index)
    finally:
        index.close()


class RebuiltSearch(IndexSuccessor):
    """A projection over an index beside the live one."""

    def __init__(self, root: Path, *, back: bool) -> None:
        super().__init__(root, back=back)
        self.read_model = SearchProjection(self.writer)


@contextmanager
def rebuilt(*, back: bool) -> Iterator[RebuiltSearch]:
    """Begin an index beside the live one. Raises ``RebuildRefused``."""
    successor = RebuiltSearch(Path(setting("SEARCH_INDEX_DIR")), back=back)
    try:
        yield successor
    finally:
        successor.close()


def _is_news(held: Kept | None, listing: SearchListing) -> bool:
    if held is None:
        return True
    if held.is_deleted and listing.lsn > held.lsn:
        return True
    return listing.version > held.version
