"""The index as the HTTP processes see it: one reader for the process, its versions."""

from functools import cache
from pathlib import Path

from consumers.runtime.settings import setting
from consumers.search.index.port import IndexUnavailable
from consumers.search.index.reader import TantivyReader, TantivyView

AGGREGATE = "listing"


def current_view() -> TantivyView:
    """Give the latest view, ready or not. Raises ``IndexUnavailable``."""
    return _reader(setting("SEARCH_INDEX_DIR")).view()


def ready_view() -> TantivyView:
    """Give the latest view if it is whole. Raises ``IndexUnavailable`` until it is."""
    view = current_view()
    if not view.state.is_ready:
        raise IndexUnavailable("the index is still being built")
    return view


class ListingVersions:
    """What the freshness middleware asks."""

    def is_behind(self, aggregate: str, key: str, version: int) -> bool:
        if aggregate != AGGREGATE:
            return False
        try:
            held = current_view().held(int(key))
        except IndexUnavailable:
            return True
        return held is None or held[0].version < version


@cache
def _reader(root: str) -> TantivyReader:
    return TantivyReader(Path(root))
