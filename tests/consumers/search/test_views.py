"""The page and the API over an index; byte equality with the monolith is in `test_parity`."""

import json
import os
import time

import pytest
from django.test import Client

from consumers.runtime.testing.clock import Clock
from consumers.search.index.state import CURRENT
from consumers.search.read_model import ListingVersions
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine


@pytest.fixture
def stocked(line: SearchLine) -> SearchLine:
    for number in range(1, 61):
        line.save(row(id=number, price=1000 * number, title=f"Home {number}"))
    line.save(row(id=61, status="sold"))
    line.save(row(id=62, status="draft"))
    line.run()
    return line


def ids(client: Client, query: str) -> list[int]:
    answer = client.get(f"/api/v1/search?{query}")
    assert answer.status_code == 200, answer.content
    return [home["id"] for home in answer.json()["results"]]


@pytest.mark.usefixtures("stocked")
def test_filters_sorts_and_pages_work_together(search_client: Client) -> None:
    assert ids(search_client, "price_min=5000&price_max=7000&sort=price_asc") == [5, 6, 7]
    assert ids(search_client, "sort=price_desc")[:2] == [60, 59]
    assert ids(search_client, "page=3&sort=price_asc") == list(range(49, 61))
    assert ids(search_client, "page=99&sort=price_asc") == list(range(49, 61))
    assert ids(search_client, "status=sold") == [61]
    assert ids(search_client, "wall=Brick&beds_min=4") == []
    assert ids(search_client, 'q="home 7" or "home 9"&sort=price_asc') == [7, 9]
    assert ids(search_client, "q=the+of") == []


@pytest.mark.usefixtures("stocked")
def test_the_page_names_who_served_it_and_keeps_out_of_shared_caches(
    search_client: Client,
) -> None:
    answer = search_client.get("/search?q=garages")
    assert answer.status_code == 200
    assert answer["X-Served-By"] == "search"
    assert answer["Vary"] == "Cookie"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "60 homes" in answer.content.decode()


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    "query",
    [
        *("price_min=-1", "price_min=x", "area_max=2147483648", "page=x", "page=0"),
        *("sort=random", "status=draft", "wall=Straw", f"q={'x' * 201}", "q=a%00b"),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence(search_client: Client, query: str) -> None:
    field = query.partition("=")[0]
    answer = search_client.get(f"/api/v1/search?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    page = search_client.get(f"/search?{query}")
    assert page.status_code == 400
    assert "Please correct what is marked below." in page.content.decode()


@pytest.mark.usefixtures("stocked")
def test_unknown_parameters_are_ignored(search_client: Client) -> None:
    assert search_client.get("/api/v1/search?utm=1&q=").json()["count"] == 60


@pytest.mark.usefixtures("stocked")
def test_only_safe_methods_are_answered(search_client: Client) -> None:
    assert search_client.head("/search").status_code == 200
    assert search_client.post("/search").status_code == 405


def test_until_the_index_is_whole_the_monolith_is_left_to_answer(
    line: SearchLine, search_client: Client
) -> None:
    line.save(row(id=1), "r", snapshot="true")
    line.run()
    for address in ("/search", "/api/v1/search", "/readyz"):
        assert search_client.get(address).status_code == 503
    assert search_client.get("/healthz").status_code == 200
    line.save(row(id=2), "r", snapshot="last")
    line.run()
    for address in ("/search", "/api/v1/search", "/readyz"):
        assert search_client.get(address).status_code == 200


def test_an_index_that_nobody_calls_current_leaves_the_answer_to_the_monolith(
    line: SearchLine, search_client: Client
) -> None:
    line.save(row(id=1), "r", snapshot="last")
    line.run()
    assert search_client.get("/search").status_code == 200
    long_ago = time.time() - 31

    os.utime(line.root / CURRENT, (long_ago, long_ago))
    for address in ("/search", "/api/v1/search", "/readyz"):
        assert search_client.get(address).status_code == 503

    line.run()
    assert search_client.get("/search").status_code == 200


@pytest.mark.parametrize("seconds", [0, 12.5, 29])
def test_the_ready_path_says_how_long_ago_the_index_was_known_to_be_current(
    line: SearchLine, search_client: Client, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    line.save(row(id=1), "r", snapshot="last")
    line.run()
    clock = Clock((line.root / CURRENT).stat().st_mtime)
    monkeypatch.setattr(time, "time", clock)
    clock.move(seconds)
    told = search_client.get("/readyz").json()
    assert (told["ready"], told["listings"]) == (True, 1)
    assert told["lag_seconds"] == pytest.approx(seconds, abs=0.001)


def test_who_wrote_before_the_consumer_rested_is_not_shown_what_was_before(
    line: SearchLine, search_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.save(row(id=1, version=1, price=100_000), "r", snapshot="last")
    line.run()
    clock = Clock((line.root / CURRENT).stat().st_mtime)
    line.save(row(id=1, version=2, price=200_000))
    monkeypatch.setattr(time, "time", clock)
    # Their cookie has ended, and nobody asked the monolith in the service's place to renew it.
    clock.move(601)
    for address in ("/search", "/api/v1/search", "/readyz"):
        assert search_client.get(address).status_code == 503

    line.restart()
    assert search_client.get("/search").status_code == 503
    line.run()
    os.utime(line.root / CURRENT, (clock(), clock()))
    assert ids(search_client, "price_min=200000") == [1]


def test_a_clock_that_was_set_back_makes_nothing_current(
    line: SearchLine, search_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.save(row(id=1), "r", snapshot="last")
    line.run()
    clock = Clock((line.root / CURRENT).stat().st_mtime)
    monkeypatch.setattr(time, "time", clock)
    clock.move(-3)
    assert search_client.get("/readyz").json()["lag_seconds"] == 0
    clock.move(-3600)
    for address in ("/search", "/readyz"):
        assert search_client.get(address).status_code == 503


def test_a_change_is_followed_to_its_version(line: SearchLine, search_client: Client) -> None:
    assert search_client.get("/_projection/listing/12").status_code == 404
    line.save(row(version=7))
    line.run()
    told = json.loads(search_client.get("/_projection/listing/12").content)
    assert (told["id"], told["version"], told["status"]) == (12, 7, "active")
    assert told["applied_at"]
    line.delete(12)
    line.run()
    told = json.loads(search_client.get("/_projection/listing/12").content)
    assert (told["version"], told["status"]) == (8, "deleted")


@pytest.mark.usefixtures("search_client")
def test_only_what_is_deleted_or_never_came_may_be_shown_to_who_deleted_it(
    line: SearchLine,
) -> None:
    gone = ListingVersions()
    line.save(row(id=12, version=5))
    line.run()
    assert gone.is_behind("listing", "12", None)
    assert not gone.is_behind("listing", "13", None)
    line.delete(12)
    line.run()
    assert not gone.is_behind("listing", "12", None)
