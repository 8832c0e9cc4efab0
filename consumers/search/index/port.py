"""The port to a search index: one writer in the consumer, readers in the HTTP processes.

The adapters are Tantivy, inside the process, and OpenSearch, beside it. Whatever an engine cannot
do by itself, such as an order by two fields, is solved in its adapter and not here.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from consumers.criteria.criteria import Criteria
from consumers.runtime.records import Partition
from consumers.runtime.snapshots import Snapshots
from consumers.search.chart import Area
from consumers.search.facets import LABELS, Counts
from consumers.search.favourites import KeptFavourite
from consumers.search.index.state import IndexState
from consumers.search.listing import SearchListing
from consumers.search.words.completions import Completion
from consumers.search.words.ranking import Scored

# As many texts tell how a word is spelled.
TEXTS = 40


class Kept(NamedTuple):
    """What the index holds of one listing: enough to tell an old change from a new one."""

    version: int
    lsn: int
    is_deleted: bool

    def is_lost_in(self, other: "Kept | None") -> bool:
        """Tell whether an index that holds ``other`` of the listing lacks this change."""
        if self.is_deleted:
            return False
        return other is None or (other.version < self.version and other.lsn <= self.lsn)


class Standing(NamedTuple):
    """Where a row stands in an order: by its value, then by its id, also when it is gone."""

    value: int
    id: int


class Bookmark(NamedTuple):
    """What lies behind a place in an order, or before it; no place is the beginning."""

    standing: Standing | None = None
    is_before: bool = False


class IndexUnavailable(Exception):
    """There is no index that could answer: none yet, another format, or unreadable."""


class SearchIndexWriter(Protocol):
    """The only writer of an index."""

    @property
    def state(self) -> IndexState:
        """Give the state as of the last commit, or as it was found."""

    def kept(self) -> dict[int, Kept]:
        """Give what the index holds, deleted listings included."""

    def favourites(self) -> dict[int, KeptFavourite]:
        """Give the favourites that the index holds, those that are gone included."""

    def listing(self, listing_id: int) -> SearchListing | None:
        """Give the listing as committed last, or None for one not held or deleted."""

    def put(self, listing: SearchListing, description: str, favourites: int) -> None:
        """Stage ``listing`` in place of what is held of it."""

    def put_tombstone(self, listing_id: int, kept: Kept) -> None:
        """Stage that the listing is deleted, remembering its last version."""

    def put_favourite(self, favourite_id: int, kept: KeptFavourite) -> None:
        """Stage one favourite in place of what is held of it; it is no listing to any search."""

    def commit(self, state: IndexState) -> None:
        """Make what is staged durable and visible to readers, then ``state``.

        A crash in between leaves the older state beside the newer index: a replay from its
        offsets changes nothing. Raises ``StopConsumer`` when the directory takes no writes.
        """

    def save(self, state: IndexState) -> None:
        """Replace the state alone."""

    def hold(self) -> AbstractContextManager[bool]:
        """Keep the index from being swapped while it is committed to or its state saved.

        Gives whether it is another one than at the last time: ``state`` and ``kept`` are of that
        one, and what was staged and not committed is gone. Raises ``RetryLater`` amid a swap.
        """

    def mark_current(self) -> None:
        """Let readers know that what is committed is as new as the topics, as of now."""

    def close(self) -> None:
        """Let another process write; what is not committed is gone."""


class SearchIndexSuccessor(Protocol):
    """An index beside the live one; see the runtime's `Successor`, which it becomes."""

    @property
    def writer(self) -> SearchIndexWriter: ...

    def standstill(self) -> AbstractContextManager[Mapping[Partition, int]]: ...

    def look_at_live(self) -> Callable[[], list[str]]: ...

    def swap(self) -> None: ...

    def close(self) -> None:
        """Let another process rebuild."""


class SearchSelection(Protocol):
    """The listings that match one search."""

    criteria: Criteria

    def count(self) -> int: ...

    def counts(self, facets: Collection[str] = tuple(LABELS)) -> Counts:
        """Give how many have each value of each of the facets."""

    def prices(self, edges: Sequence[int]) -> list[int]:
        """Give how many cost as much as each edge, or more, and less than the one behind it.

        Edges rise; nothing lies behind the last.
        """

    def cells(self, size: int) -> dict[int, int]:
        """Give how many lie in each cell of a size up to `cells.COUNTED`'s last, if any do."""

    def areas(self) -> list[Area]:
        """Give where they are, by neighbourhood."""

    def rows(self, start: int, limit: int) -> list[dict[str, Any]]:
        """Give rows in the criteria's total order."""

    def packed_rows(self, start: int, limit: int) -> list[str]:
        """Give the same rows as they are kept: each by `contents.packed_row`."""

    def rows_from(self, mark: Bookmark, limit: int) -> list[tuple[Standing, dict[str, Any]]]:
        """Give rows next to a bookmark in that order, each with its place; not of the best order.

        They come in the order even where they lie before it.
        """

    def scores(self) -> list[Scored]:
        """Give the candidates for the best match: where the words fit best, or the newest."""

    def engine_query(self) -> str:
        """Give what the engine is asked, in its own words."""


class SearchIndexReader(Protocol):
    """One consistent view of the index."""

    state: IndexState

    def select(self, criteria: Criteria) -> SearchSelection:
        """Give what matches; cheap, the engine is asked by its methods."""

    def choices(self) -> dict[str, list[str]]:
        """Give each facet's values among listed homes, sorted by code point."""

    def versions(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Give (id, version) of what is held and not deleted, low ≤ id < high, page by page."""

    def favourite_versions(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Give the same of favourites."""

    def held(self, listing_id: int) -> tuple[Kept, str] | None:
        """Give what is held of one listing, and its status."""

    def row(self, listing_id: int) -> dict[str, Any] | None:
        """Give the row of one listing if it is listed."""

    def descriptions(self, ids: Collection[int]) -> dict[int, str]:
        """Give the descriptions of those listings that are held."""

    def texts_near(self, lexeme: str, distance: int) -> list[str]:
        """Give up to ``TEXTS`` texts of homes with a lexeme no more edits away, the newest first.

        An insertion, deletion, substitution or swap of neighbours is one edit.
        """

    def completions(self, beginning: str, limit: int) -> list[Completion]:
        """Give what begins so among homes for sale, what most of them have first."""


class SearchIndexSource(Protocol):
    """Gives readers to the threads of an HTTP process."""

    def view(self) -> SearchIndexReader:
        """Give the latest view. Raises ``IndexUnavailable``; cheap when nothing changed."""

    def seconds_since_current(self) -> float:
        """Give how long ago the last view was known to be current; infinite if never."""


class SearchEngine(Hashable, Protocol):
    """What keeps indexes: one that is live, the one before, and one that is being built."""

    def writer(self) -> SearchIndexWriter:
        """Open the live index, or begin one. Raises ``StopConsumer`` if another process has."""

    def reader(self) -> SearchIndexSource: ...

    def snapshots(self) -> Snapshots:
        """Give how the live index is taken out and put back. Raises ``SnapshotRefused``."""

    def successor(self, *, back: bool) -> SearchIndexSuccessor:
        """Begin an index, or take the one before. Raises ``RebuildRefused``."""
