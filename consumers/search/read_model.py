"""The index as the HTTP processes see it: one reader for the process, its versions."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from django.utils.module_loading import import_string

from consumers.runtime.points import Points
from consumers.runtime.records import Partition
from consumers.runtime.settings import setting
from consumers.runtime.web.applied import Unavailable
from consumers.runtime.web.holds import Holds
from consumers.search.index.engines import chosen_engine
from consumers.search.index.port import (
    IndexUnavailable,
    SearchIndexReader,
    SearchIndexSource,
)

AGGREGATE = "listing"
# The settings that choose the engine; to look them up costs less than to make it each time.
_CHOICE = ("SEARCH_ENGINE", "SEARCH_INDEX_DIR", "OPENSEARCH_URL", "OPENSEARCH_INDEX")


def current_view() -> SearchIndexReader:
    """Give the latest view, ready or not. Raises ``IndexUnavailable``."""
    return _index().view()


def ready_view() -> SearchIndexReader:
    """Give the latest view if it is whole and not old. Raises ``IndexUnavailable`` otherwise.

    An index whose consumer is gone or stuck grows old; the monolith then answers for all.
    """
    index = _index()
    view = index.view()
    if not (state := view.state).is_ready:
        since = f" as of {state.applied_at}" if state.applied_at else ""
        raise IndexUnavailable(
            f"the index is still being built: it holds {state.documents} listings{since}"
        )
    age = index.seconds_since_current()
    # A mark from the future was made by a clock that has been set back since: it tells nothing.
    if abs(age) > setting("SEARCH_STALE_SECONDS"):
        raise IndexUnavailable(f"the index has not been known to be current for {age:.0f} s")
    return view


def lag_seconds() -> float:
    """Give how long ago the latest view was known to be current; call it after ``ready_view``."""
    return max(0.0, _index().seconds_since_current())


class AppliedListings:
    """What the auditor asks: one view, so that offsets and versions belong together."""

    def __init__(self) -> None:
        """Take the latest view. Raises the runtime's ``Unavailable``."""
        try:
            self._view = current_view()
        except IndexUnavailable as reason:
            raise Unavailable(str(reason)) from reason

    def offsets(self) -> Mapping[Partition, int]:
        return self._view.state.next_offsets()

    def versions(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        return self._view.versions(low, high)


class AppliedFavourites(AppliedListings):
    """The same of favourites."""

    def versions(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        return self._view.favourite_versions(low, high)


class ListingVersions:
    """What the freshness middleware asks."""

    def is_behind(self, aggregate: str, key: str, version: int | None) -> bool:
        if aggregate != AGGREGATE:
            return False
        try:
            held = current_view().held(int(key))
        except IndexUnavailable:
            return True
        if version is None:
            return held is not None and not held[0].is_deleted
        return held is None or held[0].version < version


def holds() -> Holds:
    """Make what freshness asks once a hold has ended."""
    return Holds(points())


def points() -> Points:
    """Make what compares the latest view, and what is parked, with the topics of rows."""
    config = replace(setting("CONSUMER_CONFIG"), topics=tuple(setting("AUDITED_READ_MODELS")))
    ends = import_string(setting("SEARCH_ENDS"))
    return Points(config, ends, offsets=lambda: AppliedListings().offsets())


def _index() -> SearchIndexSource:
    return _reader(*(setting(name, "") for name in _CHOICE))


@cache
def _reader(*_choice: str) -> SearchIndexSource:
    return chosen_engine().reader()
