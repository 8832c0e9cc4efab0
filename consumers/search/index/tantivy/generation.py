"""One index and its state: what the consumer's writer and a rebuild do alike.

Enters: listings and tombstones from the projection. Leaves: a directory of segments, and the
state of it in a file beside.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tantivy import Document, FieldType, Index, IndexWriter, Query, Searcher

from consumers.runtime.errors import StopConsumer
from consumers.search.favourites import KeptFavourite
from consumers.search.index.contents import listing_in
from consumers.search.index.port import IndexUnavailable, Kept
from consumers.search.index.state import IndexState, UnusableState, mark_current, save_state
from consumers.search.index.tantivy.documents import (
    favourite_document,
    listing_document,
    told_of,
    tombstone_document,
)
from consumers.search.index.tantivy.schema import open_directory
from consumers.search.index.tantivy.searcher import READING
from consumers.search.index.tantivy.wholeness import Wholeness
from consumers.search.listing import DELETED, SearchListing

log = logging.getLogger(__name__)

_HEAP = 64_000_000


class GenerationWriter:
    """The writer of the index that ``state`` names; the state is kept in ``file``."""

    def __init__(self, root: Path, state: IndexState, file: str) -> None:
        """Open the index, an existing one. Raises what the engine and ``UnusableState`` tell."""
        self._root = root
        self._file = file
        self.state = state
        self._writer: IndexWriter
        self._open()

    def kept(self) -> dict[int, Kept]:
        return dict(self._kept)

    def favourites(self) -> dict[int, KeptFavourite]:
        return read_favourites(self._index)

    def listing(self, listing_id: int) -> SearchListing | None:
        searcher = self._index.searcher()
        by_id = Query.term_query(self._index.schema, "id", listing_id)
        hits = searcher.search(by_id, 1).hits
        if not hits:
            return None
        row, description = told_of(searcher.doc(hits[0][1]))
        if row["status"] == DELETED:
            return None
        (lsn,) = searcher.fast_field_values("lsn", [hits[0][1]])
        return listing_in(row, int(lsn or 0), description)

    def put(self, listing: SearchListing, description: str, favourites: int) -> None:
        self._replace("id", listing.id, listing_document(listing, description, favourites))

    def put_tombstone(self, listing_id: int, kept: Kept) -> None:
        self._replace("id", listing_id, tombstone_document(listing_id, kept))

    def put_favourite(self, favourite_id: int, kept: KeptFavourite) -> None:
        self._replace("favourite", favourite_id, favourite_document(favourite_id, kept))

    def commit(self, state: IndexState) -> None:
        with self._taking_writes():
            self._writer.commit()
            self._index.reload()
            self.save(replace(state, documents=len(self._written["id"])))

    def save(self, state: IndexState) -> None:
        save_state(self._root, state, self._file)
        self.state = state

    def mark_current(self) -> None:
        mark_current(self._root)

    @contextmanager
    def hold(self) -> Iterator[bool]:
        # Nobody puts another index in the place of one that is not live.
        yield False

    def finish_merges(self) -> None:
        """Wait until what was committed lies in as few files as it will."""
        self._writer.wait_merging_threads()
        self._writer = self._index.writer(_HEAP, 1)

    def close(self) -> None:
        """Let another process write; what is not committed is gone."""
        try:
            self._writer.wait_merging_threads()
        except (ValueError, RuntimeError) as failure:
            # Its directory was taken away by a swap, or the disk is broken: nothing is waited for.
            log.warning("index_left directory=%s reason=%s", self.state.directory, failure)

    def _open(self) -> None:
        path = self._root / self.state.directory
        self._index = _opened(path)
        self._files = Wholeness(path)
        self._files.prove()
        with _opening():
            self._kept = read_kept(self._index)
            self._written = {"id": set(self._kept), "favourite": set(self.favourites())}
        self._writer = self._index.writer(_HEAP, 1)

    def _replace(self, key: str, number: int, document: Document) -> None:
        with self._taking_writes():
            # A deletion costs more than the document, and a new one needs none.
            if number in self._written[key]:
                # By query: the engine's deletion by term finds no whole numbers.
                by_key = Query.term_query(self._index.schema, key, number)
                self._writer.delete_documents_by_query(by_key)
            self._written[key].add(number)
            self._writer.add_document(document)

    @contextmanager
    def _taking_writes(self) -> Iterator[None]:
        """No record is to blame for an engine that is broken, or whose directory is gone."""
        try:
            yield
        except (ValueError, OSError) as failure:
            raise StopConsumer(f"the index in {self._root} takes no writes: {failure}") from failure


def start_index(root: Path, state: IndexState, file: str) -> None:
    """Make an empty index. Its state goes first: what no state names may be swept away."""
    save_state(root, state, file)
    directory = root / state.directory
    directory.mkdir()
    open_directory(directory)


def read_kept(index: Index) -> dict[int, Kept]:
    """Read every listing's version, those of the deleted too."""
    columns = _read(index, "id", "version", "lsn")
    deleted = _read_deleted(index.searcher(), index)
    return {
        listing_id: Kept(version, lsn, is_deleted=listing_id in deleted)
        for listing_id, version, lsn in columns
    }


def read_favourites(index: Index) -> dict[int, KeptFavourite]:
    """Read every favourite, those that are gone included."""
    columns = _read(index, "favourite", "home", "version", "lsn")
    return {favourite_id: KeptFavourite(*rest) for favourite_id, *rest in columns}


def kept_in(path: Path) -> dict[int, Kept]:
    """Read what the index in ``path`` holds, whoever writes it. Raises ``UnusableState``."""
    with _opening():
        return read_kept(_opened(path))


@contextmanager
def _opening() -> Iterator[None]:
    """Raise ``UnusableState`` instead of whatever the engine fails with, its panics too."""
    try:
        with READING:
            yield
    except IndexUnavailable as reason:
        raise UnusableState(str(reason)) from reason


def _opened(path: Path) -> Index:
    if not Index.exists(str(path)):
        raise UnusableState(f"{path} holds no index")
    return open_directory(path)


def _read(index: Index, *names: str) -> Iterator[tuple[int, ...]]:
    """Give these numbers of each document that has the first of them."""
    searcher = index.searcher()
    everything = Query.range_query(index.schema, names[0], FieldType.Unsigned, 0)
    # The engine is never asked for no documents at all.
    hits = searcher.search(everything, max(1, searcher.num_docs), count=False).hits
    addresses = [address for _, address in hits]
    columns = [searcher.fast_field_values(name, addresses) for name in names]
    return zip(*([int(value or 0) for value in column] for column in columns), strict=True)


def _read_deleted(searcher: Searcher, index: Index) -> set[int]:
    if not searcher.num_docs:
        return set()
    query = Query.term_query(index.schema, "status", DELETED, "basic")
    addresses = [address for _, address in searcher.search(query, searcher.num_docs).hits]
    return {int(value or 0) for value in searcher.fast_field_values("id", addresses)}
