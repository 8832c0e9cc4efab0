"""A server that is away or out of reach loses nothing, doubles nothing, and shows no error page."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from consumers.criteria.criteria import Criteria
from consumers.criteria.query import parse
from consumers.criteria.statuses import HIDDEN, LISTED
from consumers.runtime.config import RetryPolicy
from consumers.runtime.errors import RetryLater, StopConsumer
from consumers.search.index.opensearch.engine import OpenSearchEngine
from consumers.search.index.port import IndexUnavailable
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, browser_of_search
from tests.consumers.search.engines import Engines, indexes_of, on_opensearch
from tests.consumers.search.index.opensearch.wires import Moment, Wire
from tests.ports import free_port

pytestmark = on_opensearch

EVERYTHING = Criteria(statuses=LISTED + HIDDEN)


def nowhere(root: Path) -> OpenSearchEngine:
    return OpenSearchEngine(f"http://127.0.0.1:{free_port()}", "test", root)


def rows_of(line: SearchLine) -> list[dict[str, Any]]:
    return line.reader().view().select(EVERYTHING).rows(0, 1000)


@pytest.fixture
def wire(opensearch_url: str) -> Iterator[Wire]:
    wire = Wire(opensearch_url)
    yield wire
    wire.close()


@pytest.fixture
def wired(tmp_path: Path, engine_in: Engines, wire: Wire) -> Iterator[SearchLine]:
    """Give a line whose consumer reaches the server by the wire and asks again at once."""
    root = tmp_path / "wired"
    direct = engine_in(root)
    assert isinstance(direct, OpenSearchEngine)
    line = SearchLine(root, engine=replace(direct, url=wire.url))
    policy = RetryPolicy(first_delay=0.0, jitter=0.0)
    line.config = replace(line.config, flush_seconds=1000, store_retry=policy)
    line.restart()
    yield line
    line.close()


@pytest.mark.parametrize("moment", ["unheard", "unanswered"])
@pytest.mark.parametrize("number", range(1, 8))
def test_a_request_that_is_lost_on_its_way_or_its_way_back_is_made_again(
    wired: SearchLine, wire: Wire, number: int, moment: Moment
) -> None:
    wired.save(row(id=1))
    wired.save(row(id=2), lsn=101)
    wired.run()
    wired.save(row(id=1, version=2, price=2), lsn=102)
    wired.delete(2, lsn=103)
    wired.save(row(id=3), "c", lsn=104)

    wire.cut(number, moment)
    wired.run()
    wired.run()

    assert wire.was_cut
    assert [(home["id"], home["price"]) for home in rows_of(wired)] == [(3, 185000), (1, 2)]
    assert wired.live().next_offsets() == wired.projection.resume_from()
    assert not wired.parked
    grown = dict(wired.projection._kept)
    wired.restart()
    assert wired.projection._kept == grown


@pytest.mark.usefixtures("engine_in")
def test_a_consumer_does_not_begin_without_the_server(tmp_path: Path) -> None:
    with pytest.raises(RetryLater, match="OpenSearch"):
        nowhere(tmp_path).writer()
    with pytest.raises(IndexUnavailable, match="OpenSearch"):
        nowhere(tmp_path).reader().view()


def test_pages_leave_the_answer_to_the_monolith(
    line: SearchLine, settings: Settings, wire: Wire
) -> None:
    line.save(row(id=1))
    line.run()
    browser: Client = browser_of_search(settings, line)
    settings.OPENSEARCH_URL = wire.url
    for number in (1, 2, 3):
        wire.cut(number, "unheard")
        assert browser.get("/search").status_code == 503
        assert browser.get("/search").status_code == 200
    settings.OPENSEARCH_URL = nowhere(Path()).url
    for address in ("/search", "/api/v1/search", "/readyz", "/_projection/listing/1"):
        assert browser.get(address).status_code == 503
    assert browser.get("/healthz").status_code == 200


def test_a_writer_elsewhere_is_found_out_and_overwrites_nothing_newer(
    line: SearchLine, tmp_path: Path
) -> None:
    line.save(row(id=1, version=5), lsn=105)
    line.run()
    assert isinstance(line.engine, OpenSearchEngine)
    # Another machine has a folder, and so locks, of its own.
    with_old_rows = SearchLine(tmp_path / "elsewhere", engine=replace(line.engine, root=tmp_path))
    line.save(row(id=1, version=7, price=7), lsn=107)
    line.run()
    with_old_rows.save(row(id=1, version=6, price=6), lsn=106)
    with pytest.raises(StopConsumer, match="another process writes"):
        with_old_rows.run()
    assert [home["price"] for home in rows_of(line)] == [7]
    line.save(row(id=1, version=8, price=8), lsn=108)
    line.run()
    assert [home["price"] for home in rows_of(line)] == [8]
    with_old_rows.read_model._index.close()


def test_an_index_that_is_taken_away_is_built_again_from_the_beginning(line: SearchLine) -> None:
    line.save(row(id=1))
    line.run()
    assert isinstance(line.engine, OpenSearchEngine)
    (index,) = indexes_of(line)
    line.engine.indexes().client.indices.delete(index=index)
    line.save(row(id=2))
    with pytest.raises(StopConsumer, match="taken away"):
        line.run()
    line.crash()
    assert line.projection.wants_rebuild
    line.run()
    assert [home["id"] for home in rows_of(line)] == [2, 1]


def test_words_longer_than_the_server_keeps_are_found_whole(line: SearchLine) -> None:
    long, other = "x" * 300, "x" * 299 + "y"
    line.save(row(id=1, description=f"a {long} garden"))
    line.save(row(id=2, description=f"a {other} garden"))
    line.run()
    view = line.reader().view()
    for words, found in ((long, [1]), (other, [2]), (f'"{other} garden"', [2]), ("x" * 255, [])):
        criteria = Criteria(has_words=True, words=parse(words))
        assert [home["id"] for home in view.select(criteria).rows(0, 9)] == found
