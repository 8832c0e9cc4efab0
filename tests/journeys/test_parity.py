"""Nobody can tell which side served a search: same listings, same order, same markup."""

import random
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest

from stack.visitor import Visitor
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

# Declared in the route's file: a token is another one at every rendering, on either side.
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')

_WORDS = (
    "brick ranch", "hardwood floors", "two-bedroom", "fireplace", "garage", "quiet street",
    '"covered porch"', "colonial -brick", "deck or patio", "43614", "maple", "restored",
    "the", "of and the", "tree-lined", "Arrowhead Park", "garden tools", "room for bicycles",
    "nothing-like-this", "-ranch", '"hardwood floors" -deck', "1456 square feet", "LOVINGLY",
)  # fmt: skip
_CHOICES = {
    "beds_min": ("1", "2", "3", "4"),
    "baths_min": ("1", "2", "3"),
    "area_min": ("800", "1500", "2500"),
    "area_max": ("1200", "4000"),
    "price_min": ("20000", "60000", "150000"),
    "price_max": ("50000", "90000", "400000"),
    "lot_min": ("4000", "12000"),
    "lot_max": ("5000", "20000"),
    "year_min": ("1900", "1950", "1980"),
    "year_max": ("1940", "1999"),
    "garage": ("Attached", "Detached", "No garage", "Helipad"),
    "wall": ("Brick", "Wood"),
    "stories": ("One", "Two"),
    "neighbourhood": ("Arrowhead Park", "Linden Square"),
    "status": ("", "active", "pending", "sold", "any"),
    "sort": ("newest", "price_asc", "price_desc", "area_desc"),
    "near": ("41.65,-83.55", "41.7321, -83.2"),
    "within": ("0.5", "2", "5", "50"),
    "view": ("list", "map"),
    "box": ("41.62,-83.62,41.68,-83.5", "41.655,-83.56,41.656,-83.5"),
    "page": ("1", "2", "3", "17", "9999"),
}
# What nobody types but somebody sends; both sides refuse it in the same words.
_BAD = (
    "price_min=-1",
    "page=x",
    "sort=best",
    "beds_min=99999999999",
    "q=" + "a" * 201,
    "q=%00",
    "box=1,2,1,3",
    "near=nan,0",
)


def queries(number: int) -> Iterator[str]:
    """Yield query strings from a fixed seed: texts, filters, sorts and pages."""
    chance = random.Random(20)
    yield ""
    yield from _BAD
    for _ in range(number):
        names = chance.sample(sorted(_CHOICES), chance.randint(0, 4))
        parameters = {name: chance.choice(_CHOICES[name]) for name in names}
        if "near" in parameters and chance.random() < 0.5:
            parameters["sort"] = "distance"
        if chance.random() < 0.6:
            parameters["q"] = chance.choice(_WORDS)
        yield urlencode(parameters)


def both(stack: Stack, path: str, cookies: httpx.Cookies) -> tuple[httpx.Response, httpx.Response]:
    """Ask monolith and search directly, as the same person under the same name."""
    # One Host for both, or links would rightly differ; the gateway passes it on unchanged.
    headers = {"Host": "127.0.0.1"}
    old, new = (
        httpx.get(stack.url(side, path), headers=headers, cookies=cookies, timeout=30)
        for side in ("monolith", "search-web")
    )
    return old, new


def assert_same(old: httpx.Response, new: httpx.Response, query: str) -> None:
    """Compare all that a browser gets, apart from the declared differences."""
    assert new.status_code == old.status_code, query
    assert _TOKEN.sub(r"\1", new.text) == _TOKEN.sub(r"\1", old.text), query
    for name in ("content-type", "vary", "cache-control", "x-frame-options", "referrer-policy"):
        assert new.headers.get(name) == old.headers.get(name), (query, name)
    assert (old.headers["x-served-by"], new.headers["x-served-by"]) == ("monolith", "search")


@pytest.fixture(scope="module")
def agents_cookies(stack: Stack) -> httpx.Cookies:
    """Give the cookies of the demo agent."""
    with Visitor(stack.url("gateway")) as agent:
        agent.log_in("agent", "agent")
        # What the log-in wrote may hold the search back; that is another test's matter.
        for name in [each for each in agent.http.cookies if each.startswith("banyan_fresh")]:
            agent.http.cookies.delete(name)
        return agent.http.cookies


@pytest.mark.parametrize("path", ["/search", "/api/v1/search"])
def test_200_random_queries_are_answered_alike(stack: Stack, path: str) -> None:
    for query in queries(200):
        assert_same(*both(stack, f"{path}?{query}", httpx.Cookies()), query)


def test_an_agent_sees_their_own_header_on_both_sides(
    stack: Stack, agents_cookies: httpx.Cookies
) -> None:
    for query in queries(20):
        old, new = both(stack, f"/search?{query}", agents_cookies)
        assert "Avery Stone" in new.text
        assert_same(old, new, query)
