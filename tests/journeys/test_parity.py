"""Nobody can tell which side served a search: same listings, same order, same bytes.

Two thousand questions, as a page or as JSON, by a passer-by and by each kind of member, and what
the pages themselves lead to. Of an answer all is compared that a browser gets: status, headers,
cookies and body.
"""

import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from html import unescape
from http.client import HTTPConnection
from itertools import cycle
from urllib.parse import urlsplit

import httpx
import pytest

from stack.visitor import Visitor
from tests.consumers.search import hostile
from tests.journeys.questions import asked, recorded
from tests.route import Route
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

QUESTIONS = 2_000
PEOPLE = {"": "", "user": "Uma Visitor", "agent": "Avery Stone", "staff": "Sam Staff"}
PATHS = ("/search", "/api/v1/search")
_CLIENTS = 4
# So many of each person's, one after the other over connections that are kept.
_IN_A_ROW = 50
# A longer address the gateway reads no further, and httpx does not send.
_LONGEST = 60 * 1024
# Declared in the route's file: a token is another one at every rendering, on either side.
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')
_TOKEN_VALUE = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)')
_SAVING = re.compile(r'href="(/saved/searches/new[^"]*)"')
_EXPIRY = re.compile(r"(?<=expires=)[^;]+")
_NAME = re.compile(r'class="name" href="/account/">([^<]*)<')
# The date is the clock's; the other one tells the sides apart, which is its purpose.
_OWN_HEADERS = {"date", "x-served-by", "set-cookie"}
# Its rules are a set: each process writes them in an order of its own.
_POLICY = "content-security-policy"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser gets, less what must differ."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: str


@dataclass(frozen=True, slots=True)
class Sides:
    """The two that answer, asked by one person."""

    monolith: httpx.Client
    search: httpx.Client

    def both(self, path: str, method: str = "GET") -> tuple[Answer, Answer]:
        old, new = (each.request(method, path) for each in (self.monolith, self.search))
        return told(old, "monolith"), told(new, "search")


def told(answer: httpx.Response, side: str) -> Answer:
    assert answer.headers["x-served-by"] == side
    headers = {name: value for name, value in answer.headers.items() if name not in _OWN_HEADERS}
    headers[_POLICY] = "; ".join(sorted(headers[_POLICY].split("; ")))
    return Answer(
        answer.status_code,
        headers,
        [_EXPIRY.sub("", cookie) for cookie in answer.headers.get_list("set-cookie")],
        _TOKEN.sub(r"\1", answer.text),
    )


def sides(stack: Stack, cookies: httpx.Cookies) -> Sides:
    # One Host for both, or links would rightly differ; the gateway passes it on unchanged.
    monolith, search = (
        httpx.Client(
            base_url=stack.url(side, ""),
            headers={"Host": "127.0.0.1"},
            cookies=cookies,
            timeout=60,
        )
        for side in ("monolith", "search-web")
    )
    return Sides(monolith, search)


def cookies_of(stack: Stack, username: str) -> httpx.Cookies:
    """Return what a browser holds after a log-in, or after a first look."""
    with Visitor(stack.url("gateway")) as visitor:
        visitor.http.get("/")
        if username:
            visitor.log_in(username, username)
        return without_freshness(visitor.http.cookies)


def without_freshness(cookies: httpx.Cookies) -> httpx.Cookies:
    """Forget what a log-in wrote: it may hold the search back, which is another test's matter."""
    for name in [each for each in cookies if each.startswith("banyan_fresh")]:
        cookies.delete(name)
    return cookies


@pytest.fixture(scope="module")
def people(stack: Stack) -> dict[str, httpx.Cookies]:
    """Give each person's cookies."""
    return {username: cookies_of(stack, username) for username in PEOPLE}


def compared(sides: Sides, addresses: Sequence[str]) -> Counter[object]:
    """Ask both; return how often each status and each name in a header was seen."""
    seen: Counter[object] = Counter()
    with sides.monolith, sides.search:
        for address in addresses:
            old, new = sides.both(address)
            assert new == old, address
            seen.update([new.status, *map(unescape, _NAME.findall(new.body))])
    return seen


def test_2000_questions_are_answered_alike(stack: Stack, people: dict[str, httpx.Cookies]) -> None:
    addresses = [f"{path}?{query}" for path, query in zip(cycle(PATHS), asked(QUESTIONS))]
    rows = [addresses[start : start + _IN_A_ROW] for start in range(0, QUESTIONS, _IN_A_ROW)]
    askers = [sides(stack, cookies) for _, cookies in zip(rows, cycle(people.values()))]

    with ThreadPoolExecutor(_CLIENTS) as pool:
        seen = sum(pool.map(compared, askers, rows), Counter())

    assert seen[200] + seen[400] == QUESTIONS
    assert seen[400] > 5
    assert all(seen[name] == QUESTIONS / 8 for name in PEOPLE.values() if name)


def test_what_the_pages_lead_to_is_answered_alike(
    stack: Stack, people: dict[str, httpx.Cookies]
) -> None:
    asked_for = recorded()
    for path in PATHS:
        for cookies, start in zip(people.values(), range(len(people)), strict=True):
            part = asked_for[start :: len(people)]
            seen = compared(sides(stack, cookies), [f"{path}?{query}" for query in part])
            assert seen[200]


def test_a_first_visit_is_answered_alike_but_for_the_identity_that_the_monolith_gives(
    stack: Stack,
) -> None:
    for address in [f"{path}?{query}" for query in asked(20) for path in PATHS]:
        asker = sides(stack, httpx.Cookies())
        with asker.monolith, asker.search:
            old, new = asker.both(address)
        (identity,) = old.cookies
        assert identity.startswith("banyan_id=")
        assert new == replace(old, cookies=[]), address


def test_who_asks_for_the_head_alone_is_told_what_a_get_of_the_monolith_tells(
    stack: Stack, people: dict[str, httpx.Cookies]
) -> None:
    # Among the first are those that are refused.
    addresses = [f"{path}?{query}" for query in asked(80) for path in PATHS]
    for cookies in people.values():
        asker = sides(stack, cookies)
        with asker.monolith, asker.search:
            for address in addresses:
                got = asker.both(address)
                assert got[0] == got[1], address
                assert asker.both(address, "HEAD") == (replace(got[0], body=""),) * 2, address


def test_hostile_questions_are_answered_alike_at_the_gateway_too(
    stack: Stack, people: dict[str, httpx.Cookies], search_route: Route
) -> None:
    search_route.set("--stage", "cutover")
    every = [f"{path}?{query}" for query in hostile.questions() for path in PATHS]
    addresses = [address for address in every if len(address) < _LONGEST]
    assert len(addresses) == len(every) - len(PATHS)
    asker = sides(stack, people[""])
    gateway = httpx.Client(
        base_url=stack.url("gateway", ""),
        headers={"Host": "127.0.0.1"},
        cookies=people[""],
    )
    with asker.monolith, asker.search, gateway:
        for address in addresses:
            old, new = asker.both(address)
            assert new == old, address
            assert new.status in (200, 400), address
            passed = gateway.get(address)
            assert (passed.status_code, passed.text) == (new.status, new.body), address
            assert passed.headers["x-served-by"] == "search"


def test_a_question_without_end_is_refused_by_the_gateway_and_in_the_same_words_by_both_sides(
    stack: Stack,
) -> None:
    for path in PATHS:
        address = f"{path}?q={'porch+' * 12_000}"
        status, _ = told_of(stack.url("gateway", ""), address)
        assert status == 431
        by_monolith, by_search = (
            told_of(stack.url(side, ""), address) for side in ("monolith", "search-web")
        )
        assert by_search == by_monolith
        assert by_search[0] == 414


def told_of(url: str, address: str) -> tuple[int, bytes]:
    """Ask with a client that sends addresses of any length."""
    at = urlsplit(url)
    connection = HTTPConnection(str(at.hostname), at.port, timeout=60)
    try:
        connection.request("GET", address, headers={"Host": "127.0.0.1"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("username", [name for name in PEOPLE if name])
def test_what_a_member_may_do_from_a_page_goes_on_at_the_monolith(
    stack: Stack, username: str
) -> None:
    with Visitor(stack.url("gateway")) as member:
        member.log_in(username, username)
        page = httpx.get(
            stack.url("search-web", "/search?q=porch&beds_min=3"),
            headers={"Host": "127.0.0.1"},
            cookies=without_freshness(member.http.cookies),
        ).text
        assert PEOPLE[username] in page

        saving = member.http.get(unescape(_SAVING.findall(page)[0]))
        assert saving.status_code == 200
        assert "<dd>porch</dd>" in saving.text

        token = {"csrfmiddlewaretoken": _TOKEN_VALUE.findall(page)[0]}
        assert member.http.post("/accounts/logout/", data=token).status_code == 302
        assert PEOPLE[username] not in member.http.get("/search").text
