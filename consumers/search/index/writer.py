"""The writing side of the Tantivy index: one process per directory, or a clear refusal.

Enters: listings and tombstones from the projection. Leaves: a directory of segments and the
state beside it. An index that is missing, damaged or of another format is replaced by an
empty one whose state wants every record again.
"""

import fcntl
import logging
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import IO

from tantivy import Document, Index, Query, Searcher

from consumers.runtime.errors import StopConsumer
from consumers.search.index.documents import listing_document, row_of, tombstone_document
from consumers.search.index.port import Kept
from consumers.search.index.schema import open_directory
from consumers.search.index.state import (
    IndexState,
    UnusableState,
    load_state,
    mark_current,
    save_state,
)
from consumers.search.listing import DELETED, SearchListing

log = logging.getLogger(__name__)

_HEAP = 64_000_000
_PREFIX = "index-"


class TantivyWriter:
    """The writer of the index in ``root``; hold it as long as the process lives."""

    def __init__(self, root: Path) -> None:
        """Open the index, or start anew. Raises ``StopConsumer`` when another process writes."""
        self._root = root
        self._lock = _locked(root)
        try:
            self.state = load_state(root)
            self._index = _opened(root / self.state.directory)
            self._kept = _read_kept(self._index)
        except (UnusableState, ValueError, OSError, RuntimeError) as reason:
            log.warning("index_rebuilt reason=%s", reason)
            self._start_anew()
        self._writer = self._index.writer(_HEAP, 1)

    def kept(self) -> dict[int, Kept]:
        return dict(self._kept)

    def description_of(self, listing_id: int) -> str | None:
        searcher = self._index.searcher()
        by_id = Query.term_query(self._index.schema, "id", listing_id)
        hits = searcher.search(by_id, 1).hits
        raw = searcher.doc(hits[0][1]).get_first("description") if hits else None
        return None if raw is None else bytes(raw).decode()

    def put(self, listing: SearchListing, description: str) -> None:
        self._replace(listing.id, listing_document(listing, description))

    def put_tombstone(self, listing_id: int, kept: Kept) -> None:
        self._replace(listing_id, tombstone_document(listing_id, kept))

    def commit(self, state: IndexState) -> None:
        try:
            self._writer.commit()
            self._index.reload()
            self.save(replace(state, documents=self._index.searcher().num_docs))
        except (ValueError, OSError) as failure:
            raise StopConsumer(f"the index in {self._root} takes no writes: {failure}") from failure

    def save(self, state: IndexState) -> None:
        save_state(self._root, state)
        self.state = state

    def mark_current(self) -> None:
        mark_current(self._root)

    def close(self) -> None:
        """Let another process write."""
        self._writer.wait_merging_threads()
        self._lock.close()

    def _replace(self, listing_id: int, document: Document) -> None:
        # By query: the engine's deletion by term finds no whole numbers.
        by_id = Query.term_query(self._index.schema, "id", listing_id)
        self._writer.delete_documents_by_query(by_id)
        self._writer.add_document(document)

    def _start_anew(self) -> None:
        directory = f"{_PREFIX}{time.time_ns():x}"
        (self._root / directory).mkdir()
        self._index = open_directory(self._root / directory)
        self._kept = {}
        self.save(IndexState(directory))
        # Readers that still have an old directory open keep its files until they let go.
        for old in self._root.glob(f"{_PREFIX}*"):
            if old.name != directory:
                shutil.rmtree(old, ignore_errors=True)


def _locked(root: Path) -> IO[str]:
    root.mkdir(parents=True, exist_ok=True)
    lock = (root / "writer.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise StopConsumer(
            f"process {owner} already writes the index in {root}; one consumer per directory"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _opened(path: Path) -> Index:
    if not Index.exists(str(path)):
        raise UnusableState(f"{path} holds no index")
    return open_directory(path)


def _read_kept(index: Index) -> dict[int, Kept]:
    """Read every listing's version; touching all of them also proves the files readable."""
    searcher = index.searcher()
    if not searcher.num_docs:
        return {}
    hits = searcher.search(Query.all_query(), searcher.num_docs).hits
    addresses = [address for _, address in hits]
    ids, versions, lsns = (
        [int(value or 0) for value in searcher.fast_field_values(name, addresses)]
        for name in ("id", "version", "lsn")
    )
    deleted = _read_deleted(searcher, index)
    return {
        listing_id: Kept(version, lsn, is_deleted=listing_id in deleted)
        for listing_id, version, lsn in zip(ids, versions, lsns, strict=True)
    }


def _read_deleted(searcher: Searcher, index: Index) -> set[int]:
    query = Query.term_query(index.schema, "status", DELETED, "basic")
    addresses = [address for _, address in searcher.search(query, searcher.num_docs).hits]
    if addresses:
        row_of(searcher.doc(addresses[0]))
    return {int(value or 0) for value in searcher.fast_field_values("id", addresses)}
