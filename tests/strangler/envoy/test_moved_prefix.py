"""A prefix that is a service's: what it is asked for lies below it, and its streams may last."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from typing import Any

import pytest

from strangler import routes
from strangler.routes import Timeouts
from strangler.routes.paths import path
from strangler.stages import standing

from .conftest import FILE
from .wire import ask

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]


@pytest.fixture(scope="module")
def running_moved(tmp_path_factory: pytest.TempPathFactory, make_site: Any) -> Iterator[Any]:
    search, *_ = routes.load(FILE)
    moved = replace(search, start=standing("cutover"), timeouts=Timeouts(0.5, 1))
    endless = Timeouts(0.5, 0)
    site = make_site(
        tmp_path_factory.mktemp("moved"),
        (
            replace(moved, paths=(path("prefix", "/search/"),)),
            replace(moved, id="live", paths=(path("prefix", "/live/"),), timeouts=endless),
        ),
    )
    yield site
    site.close()


@pytest.fixture
def moved(running_moved: Any) -> Iterator[Any]:
    for origin in (running_moved.monolith, running_moved.search):
        origin.seen.clear()
    yield running_moved
    running_moved.search.is_streaming = False
    running_moved.search.released.set()


@pytest.mark.parametrize(
    ("said", "side", "arrives"),
    [
        ("/search/../admin", "monolith", "/admin"),
        ("/search/%2e%2e/admin", "monolith", "/admin"),
        ("/search/.%2E/admin", "monolith", "/admin"),
        ("/search/a/../../admin", "monolith", "/admin"),
        ("/search\\..\\admin", "monolith", "/admin"),
        ("/search/..", "monolith", "/"),
        ("/admin/../search/a", "search", "/search/a"),
        ("/%73earch/./a", "search", "/search/a"),
        # To the door `%2f` is a letter of a name, which is kept: no step up, and none below.
        ("/search/..%2fadmin", "search", "/search/..%2fadmin"),
        ("/search/%2e%2e%2fadmin", "search", "/search/..%2fadmin"),
        ("/search%2fa", "monolith", "/search%2fa"),
    ],
)
def test_whom_a_path_reaches_is_decided_by_the_path_that_arrives(
    moved: Any, said: str, side: str, arrives: str
) -> None:
    status, body = ask(moved.listen, f"GET {said} HTTP/1.1\r\nHost: a.example\r\n\r\n".encode())
    assert (status, body.decode()) == (200, side)
    asked, other = moved.search, moved.monolith
    if side == "monolith":
        asked, other = other, asked
    assert [path for _, path, _ in asked.seen] == [arrives]
    assert not other.seen


def test_a_stream_ends_with_its_routes_total_and_lasts_where_there_is_none(moved: Any) -> None:
    moved.search.is_streaming = True
    moved.search.released.clear()
    with (
        closing(HTTPConnection(str(moved.listen), timeout=5)) as live,
        closing(HTTPConnection(str(moved.listen), timeout=5)) as page,
    ):
        lasting, ending = _begun(live, "/live/a"), _begun(page, "/search/a")
        with pytest.raises((IncompleteRead, ConnectionResetError)):
            ending.read()
        # The other one is older, so that it has outlived that total.
        moved.search.released.set()
        assert lasting.read() == b"search"


def _begun(connection: HTTPConnection, path: str) -> HTTPResponse:
    connection.request("GET", path)
    return connection.getresponse()
