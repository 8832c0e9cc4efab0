"""The search's line with the engine that a test asks for; Tantivy unless it asks."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from consumers.search.index.opensearch.connection import for_writing
from consumers.search.index.opensearch.engine import OpenSearchEngine
from consumers.search.index.tantivy.engine import TantivyEngine
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import Engines
from tests.opensearch import running_server


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a server; of one that runs already where the environment names it."""
    if url := os.environ.get("TESTS_OPENSEARCH_URL"):
        yield url
        return
    with running_server(tmp_path_factory.mktemp("opensearch")) as url:
        yield url


@pytest.fixture
def engine_in(request: pytest.FixtureRequest) -> Iterator[Engines]:
    if getattr(request, "param", "tantivy") == "tantivy":
        yield TantivyEngine
        return
    url = request.getfixturevalue("opensearch_url")
    name = f"test-{uuid4().hex}"
    yield lambda root: OpenSearchEngine(url, f"{name}-{root.name}", root)
    for_writing(url).indices.delete(index=f"{name}-*")


@pytest.fixture
def line(tmp_path: Path, engine_in: Engines) -> Iterator[SearchLine]:
    root = tmp_path / "index"
    running = SearchLine(root, engine=engine_in(root))
    yield running
    running.close()
