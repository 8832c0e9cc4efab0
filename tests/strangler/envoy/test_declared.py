"""What a route's declaration asks for, kept by a real Envoy."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from strangler import routes
from strangler.adapter import identity
from strangler.adapter.identity import Person
from strangler.routes import Timeouts
from strangler.routes.paths import path
from strangler.stages import standing

from .wire import Wire

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

FILE = Path(routes.__file__).with_name("routes.toml")


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory, make_site: Any) -> Iterator[Any]:
    search, *_ = routes.load(FILE)
    route = replace(
        search,
        methods=("GET", "POST"),
        paths=(
            path("exact", "/search"),
            path("pattern", "/homes/<int:pk>/"),
            path("regex", "/(de|fr)/[a-z]+"),
        ),
        hosts=("homes.example",),
        timeouts=Timeouts(0.2, 1),
        max_body=1000,
    )
    site = make_site(tmp_path_factory.mktemp("declared"), (route,))
    site.client.headers["host"] = "Homes.Example:8000"
    site.move(standing("cutover"))
    yield site
    site.close()


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("/homes/7/", "search"),
        ("/homes/7/?x=1", "search"),
        ("/homes/seven/", "monolith"),
        ("/homes/7/edit", "monolith"),
        ("/x/homes/7/", "monolith"),
        ("/de/berlin", "search"),
        ("/de/berlin/", "monolith"),
    ],
)
def test_a_pattern_claims_whole_paths_only(declared: Any, asked: str, answer: str) -> None:
    assert declared.client.get(asked).text == answer


def test_another_host_is_the_monoliths(declared: Any) -> None:
    assert declared.client.get("/search", headers={"host": "homes.example"}).text == "search"
    for host in ("other.example", "homes.example.org", "xhomes.example"):
        assert declared.client.get("/search", headers={"host": host}).text == "monolith"


def test_a_body_above_the_limit_is_refused_whether_its_length_is_told_or_not(
    declared: Any,
) -> None:
    def in_chunks() -> Iterator[bytes]:
        yield from [b"x" * 500] * 3

    assert declared.client.post("/search", content=b"x" * 1000).text == "search"
    assert declared.client.post("/search", content=b"x" * 1001).status_code == 413
    assert declared.client.post("/search", content=in_chunks()).status_code == 413
    assert declared.client.post("/search", content=iter([b"x" * 500] * 2)).text == "search"
    assert declared.client.post("/other", content=b"x" * 2000).text == "monolith"


def test_where_a_body_is_bounded_the_service_says_whether_to_go_on(declared: Any) -> None:
    post = b"POST /search HTTP/1.1\r\nHost: homes.example\r\nExpect: 100-continue\r\n"
    with Wire(declared.listen) as wire:
        wire.say(post + b"Content-Length: 1000\r\n\r\n")
        assert wire.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert wire.say(b"x" * 1000).answer()[1] == b"search"
    with Wire(declared.listen) as wire:
        # Before any of it is sent.
        assert wire.say(post + b"Content-Length: 1001\r\n\r\n").answer()[0].status == 413


def test_a_canary_keeps_the_limit_from_whom_the_monolith_answers(declared: Any) -> None:
    declared.move(standing("canary", 0, ["pilot"]))
    try:
        for groups, status in ((",pilot,", 413), (",", 200)):
            token = identity.issue(Person("u:1", groups=groups), declared.key, int(time.time()))
            answer = declared.client.post(
                "/search", content=b"x" * 1001, headers={"cookie": f"banyan_id={token}"}
            )
            assert answer.status_code == status
    finally:
        declared.move(standing("cutover"))


def test_a_routes_own_patience_decides_when_the_monolith_is_asked_too(declared: Any) -> None:
    declared.search.released.clear()
    try:
        assert declared.client.get("/search").text == "monolith"
    finally:
        declared.search.released.set()


def test_when_neither_side_answers_the_routes_time_ends(declared: Any) -> None:
    for origin in (declared.search, declared.monolith):
        origin.released.clear()
    try:
        told = {"x-request-id": "too-late"}
        assert declared.client.get("/search", headers=told).status_code == 504
        line = declared.logged("too-late")
        assert (line["route"], line["status"]) == ("search", 504)
        assert line["reason"] == "response_timeout"
    finally:
        for origin in (declared.search, declared.monolith):
            origin.released.set()
