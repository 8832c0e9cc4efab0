"""The site is the same with the gateway in front and without it."""

import re

import httpx
import pytest

from stack.visitor import Visitor
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

PATHS = {
    "": (
        *("/", "/homes/1", "/homes/1/", "/accounts/login/", "/accounts/register/", "/account/"),
        *("/agent/", "/feed.atom", "/static/site/site.css", "/nowhere", "/homes/999999999/"),
        *("/api/v1/docs", "/api/v1/schema", "/api/v1/listings/1", "/api/v1/favourites"),
    ),
    "user": ("/account/", "/saved/", "/saved/searches/", "/agent/"),
    "agent": (
        "/account/",
        "/agent/",
        "/agent/listings/new/",
        "/agent/enquiries/",
        "/agent/prices/",
    ),
}
# New for each answer, whoever gives it.
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')
_OF_ONE_ANSWER = ("date", "expires", "set-cookie", "x-request-id")


@pytest.mark.parametrize("name", list(PATHS))
def test_a_page_is_the_same_directly_and_through_the_gateway(stack: Stack, name: str) -> None:
    direct, through = (answers(stack.url(way), name) for way in ("monolith", "gateway"))
    for path in direct:
        assert through[path] == direct[path], path


def test_a_visitor_is_recognised_on_either_way(stack: Stack) -> None:
    with Visitor(stack.url("gateway")) as agent, Visitor(stack.url("monolith")) as direct:
        agent.log_in("agent", "agent")
        direct.http.cookies = agent.http.cookies
        assert direct.own_listings() == agent.own_listings() != []


def answers(base: str, name: str) -> dict[str, tuple[int, str, dict[str, str], set[str]]]:
    """Return what somebody gets for each path, without what is new each time."""
    with Visitor(base) as visitor:
        # One name for both, or links would rightly differ; the gateway passes it on unchanged.
        visitor.http.headers["Host"] = "127.0.0.1"
        if name:
            visitor.log_in(name, name)
        return {path: told(visitor.http.get(path)) for path in PATHS[name]}


def told(answer: httpx.Response) -> tuple[int, str, dict[str, str], set[str]]:
    headers = {key: v for key, v in answer.headers.items() if key not in _OF_ONE_ANSWER}
    return (answer.status_code, _TOKEN.sub(r"\1", answer.text), headers, set(answer.cookies))
