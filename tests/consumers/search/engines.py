"""Both engines of the search's index, for tests of what either must do."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from consumers.search.index.opensearch.engine import OpenSearchEngine
from consumers.search.index.port import SearchEngine
from tests.consumers.conftest import SearchLine

# What makes an engine that keeps its index, or its locks, in a folder.
Engines = Callable[[Path], SearchEngine]

_OPENSEARCH = pytest.param("opensearch", marks=pytest.mark.stack)
on_both_engines = pytest.mark.parametrize("engine_in", ["tantivy", _OPENSEARCH], indirect=True)
on_opensearch = pytest.mark.parametrize("engine_in", [_OPENSEARCH], indirect=True)


def indexes_of(line: SearchLine) -> set[str]:
    """Name the indexes that are there: the live one, the one before, one that is being built."""
    engine = line.engine
    if isinstance(engine, OpenSearchEngine):
        return set(engine.indexes().held())
    return {path.name for path in line.root.glob("index-*")}


def environment(line: SearchLine) -> dict[str, str]:
    """Give what tells a process of the search where the index of ``line`` is."""
    told = {
        "DEBUG": "true",
        "SEARCH_INDEX_DIR": str(line.root),
        "SEARCH_STALE_SECONDS": "600",
        "IDENTITY_PUBLIC_KEY_FILE": str(settings.IDENTITY_PUBLIC_KEY_FILE),
        "DJANGO_SETTINGS_MODULE": "consumers.search.settings",
    }
    if isinstance(line.engine, OpenSearchEngine):
        told["SEARCH_ENGINE"] = "opensearch"
        told["OPENSEARCH_URL"], told["OPENSEARCH_INDEX"] = line.engine.url, line.engine.name
    return os.environ | told
