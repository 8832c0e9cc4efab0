"""One index and its state: what the consumer's writer and a rebuild do alike.

Enters: listings and tombstones from the projection. Leaves: documents in OpenSearch and, behind
them, the state. A document is never replaced by an older one, whoever writes: each goes with a
version that the server itself compares.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from consumers.runtime.errors import StopConsumer
from consumers.search.favourites import KeptFavourite
from consumers.search.index.opensearch.connection import refused, writing
from consumers.search.index.opensearch.documents import (
    Source,
    favourite_source,
    kept_of,
    listing_of,
    listing_source,
    tombstone_source,
)
from consumers.search.index.opensearch.indexes import Found, Indexes
from consumers.search.index.port import Kept
from consumers.search.index.state import IndexState
from consumers.search.listing import SearchListing

# Documents in one request, and those that wait in memory for a commit.
_BATCH = 1_000
_MOST_STAGED = 10_000
_CONFLICT = 409


class GenerationWriter:
    """The writer of the index that was ``found``."""

    def __init__(self, indexes: Indexes, found: Found) -> None:
        """Read what the index holds. Raises ``RetryLater`` and ``StopConsumer``."""
        self._indexes = indexes
        self._found: Found
        self._open(found)

    @property
    def state(self) -> IndexState:
        return self._found.state

    def kept(self) -> dict[int, Kept]:
        return dict(self._kept)

    def favourites(self) -> dict[int, KeptFavourite]:
        with writing(), self._indexes.moment(self._found.index) as moment:
            return {
                values["favourite"]: KeptFavourite(
                    *(values[name] for name in KeptFavourite._fields)
                )
                for page in moment.pages("favourite", list(KeptFavourite._fields))
                for values in page
            }

    def listing(self, listing_id: int) -> SearchListing | None:
        with writing():
            asked = {"docs": [{"_id": str(listing_id)}]}
            (found,) = self._indexes.client.mget(index=self._found.index, body=asked)["docs"]
        return listing_of(found["_source"]) if found["found"] else None

    def put(self, listing: SearchListing, description: str, favourites: int) -> None:
        kept = Kept(listing.version, listing.lsn, is_deleted=False)
        self._stage_listing(listing.id, kept, listing_source(listing, description, favourites))

    def put_tombstone(self, listing_id: int, kept: Kept) -> None:
        self._stage_listing(listing_id, kept, tombstone_source(listing_id, kept))

    def put_favourite(self, favourite_id: int, kept: KeptFavourite) -> None:
        # Of one row, what stands later in the log is newer.
        source = favourite_source(favourite_id, kept)
        self._stage(f"favourite-{favourite_id}", kept.lsn, source)

    def commit(self, state: IndexState) -> None:
        self._send()
        with writing():
            self._indexes.client.indices.refresh(index=self._found.index)
        self.save(replace(state, documents=len(self._kept)))

    def save(self, state: IndexState) -> None:
        self._saving = state
        with writing():
            self._found = self._indexes.save(self._found, state)

    def mark_current(self) -> None:
        with writing():
            self._indexes.mark_current(self._found.index)

    @contextmanager
    def hold(self) -> Iterator[bool]:
        # Nobody puts another index in the place of one that is not live.
        yield False

    def close(self) -> None:
        """Let another process write; what is not committed is gone."""

    def _open(self, found: Found) -> None:
        self._found = found
        self._saving = found.state
        self._staged: list[dict[str, Any]] = []
        with writing():
            self._kept, self._bases = read_kept(self._indexes, found.index)

    def _stage_listing(self, listing_id: int, kept: Kept, source: Source) -> None:
        base = self._base_of(listing_id, kept)
        self._stage(str(listing_id), base + kept.version, source | ({"base": base} if base else {}))
        self._kept[listing_id] = kept
        if base:
            self._bases[listing_id] = base

    def _stage(self, key: str, version: int, source: Source) -> None:
        if len(self._staged) >= 2 * _MOST_STAGED:
            self._send()
        rule = {"version": version, "version_type": "external_gte"}
        self._staged += [{"index": {"_id": key, **rule}}, source]

    def _base_of(self, listing_id: int, kept: Kept) -> int:
        """Give what is added to the version, so that a row made anew is above its tombstone."""
        base = self._bases.get(listing_id, 0)
        held = self._kept.get(listing_id)
        if held is not None and held.is_deleted and kept.version <= held.version:
            return base + held.version
        return base

    def _send(self) -> None:
        """Write what is staged; readers see nothing of it before the index is refreshed."""
        for start in range(0, len(self._staged), 2 * _BATCH):
            part = self._staged[start : start + 2 * _BATCH]
            with writing():
                done = self._indexes.client.bulk(body=part, index=self._found.index)
            for item in done["items"] if done["errors"] else ():
                self._check(item["index"])
        self._staged.clear()

    def _check(self, item: dict[str, Any]) -> None:
        if item["status"] == _CONFLICT:
            raise StopConsumer(f"another process writes {self._found.index}")
        if item["status"] >= 300:
            raise refused(item["status"], item["error"])


def read_kept(indexes: Indexes, index: str) -> tuple[dict[int, Kept], dict[int, int]]:
    """Read every listing's version, and what lies below it where something does."""
    # What a process wrote and did not live to show counts as well.
    indexes.client.indices.refresh(index=index)
    kept: dict[int, Kept] = {}
    bases: dict[int, int] = {}
    with indexes.moment(index) as moment:
        for page in moment.pages("id", ["version", "lsn", "status", "base"]):
            kept.update((values["id"], kept_of(values)) for values in page)
            bases.update((values["id"], values["base"]) for values in page if "base" in values)
    return kept, bases
