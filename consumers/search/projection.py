"""The fold: listings and favourites in, the search index out. Each change once in effect.

A change counts only when its version is above the one held. A deleted listing leaves a
tombstone one version above its last, so that an old change cannot bring it back; a row
made anew under the same id is told by its place in the monolith's log.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

from consumers.runtime.errors import PoisonRecord, RetryLater
from consumers.runtime.records import Partition
from consumers.runtime.snapshots import Snapshots
from consumers.search.favourites import Favourite, Favourites
from consumers.search.index.engines import chosen_engine
from consumers.search.index.port import (
    Kept,
    SearchEngine,
    SearchIndexSuccessor,
    SearchIndexWriter,
)
from consumers.search.index.state import with_offsets
from consumers.search.listing import Removal, SearchListing


def _now() -> datetime:
    return datetime.now(UTC)


class SearchProjection:
    """The read model of one consumer process."""

    def __init__(self, index: SearchIndexWriter, clock: Callable[[], datetime] = _now) -> None:
        self._index = index
        self._clock = clock
        self._snapshot_complete = False
        # All that was staged since the last flush, in order: an index that takes this one's place
        # wants it too.
        self._unflushed: list[SearchListing | Removal | Favourite] = []
        self._read_index()

    def apply(self, listing: SearchListing) -> bool:
        """Stage a version of a listing; tell whether it was news."""
        if not _is_news(self._kept.get(listing.id), listing):
            return False
        description = listing.description
        if description is None:
            description = self._description_held(listing.id)
            listing = replace(listing, description=description)
        self._index.put(listing, description, self._favourites.of(listing.id))
        self._moved.discard(listing.id)
        self._staged[listing.id] = listing
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

    def favour(self, favourite: Favourite) -> bool:
        """Stage that somebody keeps a home, or no longer; tell whether it was news."""
        applied = self._favourites.apply(favourite)
        if applied is None:
            return False
        kept, moved = applied
        self._index.put_favourite(favourite.id, kept)
        self._moved |= moved
        self._unflushed.append(favourite)
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
            self._stage_numbers()
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
        self._read_index()
        effects, self._unflushed = self._unflushed, []
        for effect in effects:
            match effect:
                case Removal():
                    self.remove(effect)
                case Favourite():
                    self.favour(effect)
                case SearchListing():
                    self.apply(effect)

    def _read_index(self) -> None:
        """Learn what the index holds; nothing is staged in it."""
        self._kept = self._index.kept()
        self._favourites = Favourites(self._index.favourites())
        self._snapshot_complete |= self._index.state.snapshot_complete
        # Staged since the last flush: the index cannot give them back yet.
        self._staged: dict[int, SearchListing] = {}
        # Homes whose number of favourites is another one than their document says.
        self._moved: set[int] = set()

    def _stage_numbers(self) -> None:
        """Stage each home once however often its number has moved; one not yet told later."""
        for home in self._moved:
            if (listing := self._held_listing(home)) is not None:
                self._index.put(listing, listing.description or "", self._favourites.of(home))
        self._moved.clear()

    def _held_listing(self, listing_id: int) -> SearchListing | None:
        kept = self._kept.get(listing_id)
        if kept is None or kept.is_deleted:
            return None
        return self._staged.get(listing_id) or self._index.listing(listing_id)

    def _description_held(self, listing_id: int) -> str:
        held = self._held_listing(listing_id)
        if held is None or held.description is None:
            raise PoisonRecord(
                f"listing {listing_id}: the description was not repeated and is not held"
            )
        return held.description


def opened() -> AbstractContextManager[SearchProjection]:
    """Open the index for writing. Raises ``StopConsumer`` when another process writes it."""
    return opened_by(chosen_engine())


@contextmanager
def opened_by(engine: SearchEngine) -> Iterator[SearchProjection]:
    """Open the engine's live index, as ``opened`` does."""
    with closing(engine.writer()) as index:
        yield SearchProjection(index)


class RebuiltSearch:
    """A projection over an index beside the live one."""

    def __init__(self, index: SearchIndexSuccessor) -> None:
        self._index = index
        self.read_model = SearchProjection(index.writer)
        self.standstill = index.standstill
        self.look_at_live = index.look_at_live
        self.swap = index.swap


def rebuilt(*, back: bool) -> AbstractContextManager[RebuiltSearch]:
    """Begin an index beside the live one. Raises ``RebuildRefused``."""
    return rebuilt_by(chosen_engine(), back=back)


@contextmanager
def rebuilt_by(engine: SearchEngine, *, back: bool) -> Iterator[RebuiltSearch]:
    """Begin one of the engine's, as ``rebuilt`` does."""
    with closing(engine.successor(back=back)) as index:
        yield RebuiltSearch(index)


def snapshots() -> Snapshots:
    """Give how the index is taken out and put back. Raises ``SnapshotRefused``."""
    return chosen_engine().snapshots()


def _is_news(held: Kept | None, listing: SearchListing) -> bool:
    if held is None:
        return True
    if held.is_deleted and listing.lsn > held.lsn:
        return True
    return listing.version > held.version
