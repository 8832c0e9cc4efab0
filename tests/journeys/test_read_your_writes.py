"""Nobody sees an older state of what they just wrote, and a consumer that rests is waited for."""

import random
import time
from typing import Any

import httpx
import psycopg
import pytest
from pytest_django import Settings

from cdc.connect.client import ConnectClient
from cdc.connect.connectors import TABLES_CONNECTOR
from cdc.contracts.topics import LISTING_ROWS
from consumers.runtime.testing.clock import Clock
from strangler.adapter import freshness
from strangler.adapter.keys import private_key
from strangler.stages import Stage, Standing
from tests.route import Route
from tests.running_stack import Stack
from tests.strangler.adapter.conftest import note as note

from .late_consumer import Person, Site, live, prepare, standing_still

# A look in the quick run; in earnest in the whole one, which makes 100,000 all four ways.
DEPTHS = [2_000, pytest.param(25_000, marks=[pytest.mark.stack, pytest.mark.timeout(1_800)])]

# Names no row to whoever looks at the statement.
WRITE = (
    "UPDATE listings_listing SET price = price + 1"
    " WHERE id = (SELECT max(id) FROM listings_listing)"
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return standing_still(monkeypatch)


@pytest.fixture(params=[False, True], ids=["ten seconds", "slot"])
def site(request: pytest.FixtureRequest, note: Any, settings: Settings, clock: Clock) -> Site:
    return Site(prepare(note, settings), clock, is_slot_known=request.param)


@pytest.mark.parametrize("clears", [True, False], ids=["cleared", "left to expire"])
@pytest.mark.parametrize("requests", DEPTHS)
def test_nobody_sees_an_older_state_of_what_they_wrote(
    site: Site, settings: Settings, requests: int, clears: bool
) -> None:
    settings.FRESHNESS_CLEARS = clears
    live(site, random.Random(20_000 + clears), requests)
    assert site.served > requests // 100
    assert site.fallbacks > requests // 100


@pytest.mark.parametrize("path", ["/edit", "/raw"])
@pytest.mark.parametrize("clears", [True, False], ids=["cleared", "left to expire"])
def test_a_consumer_that_rests_for_hours_is_waited_for(
    site: Site, settings: Settings, clock: Clock, path: str, clears: bool
) -> None:
    settings.FRESHNESS_CLEARS = clears
    person, key = Person(), site.keys[0]
    began = clock()
    site.standing = Standing(Stage.CUTOVER)
    site.write(person, [key], path)
    person.receive(0)
    site.capture()

    while clock() < began + 3 * 3600:
        clock.move(240)
        assert site.read(person, [key]) == {key: 2}
        person.receive(0)
    assert site.served == 0

    site.consume(1)
    assert site.read(person, [key]) == {key: 2}
    assert site.served == 1


@pytest.mark.stack
def test_what_no_statement_named_is_waited_for_on_the_running_line(stack: Stack) -> None:
    key = private_key(stack.environment()["IDENTITY_PRIVATE_KEY_FILE"])

    def is_shown(hold: int) -> bool:
        token = freshness.issue(freshness.Demand(hold=hold), key, hold)
        cookies = {freshness.new_name(): token}
        answer = httpx.get(stack.url("search-web", "/search"), cookies=cookies)
        assert answer.status_code in (200, 425)
        return answer.status_code == 200

    now = int(time.time())
    stack.wait_until(lambda: is_shown(now))
    stack.ask_manager("stopProcess", "search-consumer")
    try:
        known = len(stack.records(LISTING_ROWS))
        with psycopg.connect(stack.superuser(), autocommit=True) as database:
            database.execute(WRITE)
        stack.wait_until(lambda: len(stack.records(LISTING_ROWS)) > known)
        written, until = int(time.time()), time.monotonic() + 5
        while time.monotonic() < until:
            assert not is_shown(written)
    finally:
        stack.ask_manager("startProcess", "search-consumer")
    stack.wait_until(lambda: is_shown(written))


@pytest.mark.stack
def test_what_no_statement_named_is_waited_for_while_its_capture_rests(
    stack: Stack, search_route: Route
) -> None:
    search_route.set("--stage", "cutover")
    key = private_key(stack.environment()["IDENTITY_PRIVATE_KEY_FILE"])
    name = freshness.new_name()
    connect = ConnectClient(stack.url("connect", ""))

    def ask(token: str) -> tuple[str, str]:
        answer = httpx.get(stack.url("gateway", "/search"), cookies={name: token})
        assert answer.status_code == 200
        return answer.headers["x-served-by"], answer.cookies.get(name) or token

    connect.pause(TABLES_CONNECTOR)
    try:
        connect.wait_until(TABLES_CONNECTOR, "PAUSED", timeout_s=30)
        with psycopg.connect(stack.superuser(), autocommit=True) as database:
            database.execute(WRITE)
            place = database.execute("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint")
            ((position,),) = place.fetchall()
        now = int(time.time())
        demand = freshness.Demand(hold=now + freshness.LIFETIME, position=position)
        token, until = freshness.issue(demand, key, now), time.monotonic() + 5
        while time.monotonic() < until:
            assert ask(token) == ("monolith", token)
    finally:
        connect.resume(TABLES_CONNECTOR)
        connect.close()

    # The slot confirms, which turns the cookie; then the service is soon known to have it all.
    stack.wait_until(lambda: ask(token)[1] != token)
    _, turned = ask(token)
    assert freshness.verify(turned, (key.public,), now).position == 0
    stack.wait_until(lambda: ask(turned)[0] == "search")
