"""The gateway: who answers whom, and what a client cannot talk it into."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from stack.visitor import Visitor
from tests.route import Route
from tests.running_stack import CommandFailed, Stack

pytestmark = pytest.mark.stack

# How many ask the gateway at the same time.
_AT_ONCE = 8


def served_by(stack: Stack, **options: dict[str, str]) -> str:
    """Ask for the search page at the gateway and return who answered."""
    answer = httpx.get(stack.url("gateway", "/search"), **options)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return str(answer.headers["x-served-by"])


def test_a_share_of_the_visitors_goes_to_the_service_and_stays_there(
    stack: Stack, search_route: Route
) -> None:
    search_route.set("--stage", "canary", "--percent", "50")
    visitors = [identity_of(stack) for _ in range(40)]

    first = [served_by(stack, cookies=visitor) for visitor in visitors]
    again = [served_by(stack, cookies=visitor) for visitor in visitors]

    assert first == again
    assert 8 <= first.count("search") <= 32
    search_route.set("--stage", "canary", "--percent", "100")
    assert [served_by(stack, cookies=visitor) for visitor in visitors] == ["search"] * 40


def test_who_cannot_be_identified_is_answered_by_the_monolith(
    stack: Stack, search_route: Route
) -> None:
    search_route.set("--stage", "canary", "--percent", "100")
    good = identity_of(stack)["banyan_id"]
    head, body, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    other = base64.urlsafe_b64encode(json.dumps(claims | {"bucket": 1}).encode()).decode()
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")

    assert served_by(stack, cookies={"banyan_id": good}) == "search"
    for forged in (
        f"{head}.{other.rstrip('=')}.{signature}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{unsigned}.{body}.",
        "nonsense",
    ):
        assert served_by(stack, cookies={"banyan_id": forged}) == "monolith", forged
    assert served_by(stack) == "monolith"


def test_headers_that_only_the_gateway_may_set_are_ignored_from_clients(
    stack: Stack, search_route: Route
) -> None:
    search_route.set("--stage", "canary", "--percent", "1", "--groups", "pilot")
    spoofed = {"x-banyan-bucket": "0", "x-banyan-groups": ",pilot,", "x-banyan-staff": "true"}

    assert served_by(stack, headers=spoofed) == "monolith"


def test_a_rollback_takes_everybody_back_and_says_why(stack: Stack, search_route: Route) -> None:
    search_route.set("--stage", "canary", "--percent", "100")
    visitor = identity_of(stack)
    search_route.set("--stage", "cutover")
    assert served_by(stack, cookies=visitor) == "search"
    assert served_by(stack) == "search"

    back = ("rollback", "search", "--to", "monolith", "--reason", "a test")
    stack.manage("strangler", "route", *back)

    assert served_by(stack, cookies=visitor) == "monolith"
    assert "monolith" in stack.manage("strangler", "route", "list")


def test_one_switch_sends_every_route_to_the_monolith(stack: Stack, search_route: Route) -> None:
    search_route.set("--stage", "cutover")
    assert served_by(stack) == "search"

    stack.manage("strangler", "gateway", "all-to-monolith", "--reason", "a test")
    assert served_by(stack) == "monolith"
    stack.manage("strangler", "gateway", "resume", "--reason", "a test")
    assert served_by(stack) == "search"


@pytest.mark.parametrize("whole", [True, False], ids=["with its workers", "alone"])
def test_a_killed_service_costs_no_request_that_is_not_being_answered(
    stack: Stack, search_route: Route, whole: bool
) -> None:
    search_route.set("--stage", "cutover")
    began = threading.Event()
    cut_off: list[int] = []

    def ask(number: int) -> int:
        if number == 100:
            began.set()
        try:
            return client.get("/search").status_code
        except httpx.RemoteProtocolError:
            # Its first bytes had gone out when the service died: no gateway can take them back.
            cut_off.append(number)
            return client.get("/search").status_code

    with (
        httpx.Client(base_url=stack.url("gateway", ""), timeout=30) as client,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        answers = pool.map(ask, range(1000))
        assert began.wait(60)
        stack.kill("search-web", whole=whole)
        assert list(answers) == [200] * 1000
    assert len(cut_off) <= _AT_ONCE
    stack.wait_until(lambda: served_by(stack) == "search")


def test_a_stopped_service_is_stood_in_for_by_the_monolith(
    stack: Stack, search_route: Route
) -> None:
    search_route.set("--stage", "cutover")
    stack.manage("stack", "stop", "search-web")
    try:
        # Every answer on the way there is a 200, too: `served_by` asserts it.
        stack.wait_until(lambda: served_by(stack) == "monolith")
    finally:
        stack.manage("stack", "start", "search-web")
    stack.wait_until(lambda: served_by(stack) == "search")


def test_nobody_sees_an_older_state_of_what_they_just_wrote(
    stack: Stack, agent: Visitor, search_route: Route
) -> None:
    search_route.set("--stage", "cutover")
    listing = agent.own_listings()[0]
    form = agent.edit_form(listing)
    price = int(form["price"]) + 2
    stack.manage("stack", "stop", "search-consumer")
    try:
        agent.submit_edit(listing, form | {"price": str(price)})

        page = agent.http.get("/search", params=exactly(price))

        assert f"/homes/{listing}-" in page.text
        assert page.headers["x-served-by"] == "monolith"
        others = httpx.get(stack.url("gateway", "/search"), params=exactly(price))
        assert others.headers["x-served-by"] == "search"
    finally:
        stack.manage("stack", "start", "search-consumer")
    stack.wait_until(
        lambda: agent.http.get("/search", params=exactly(price)).headers["x-served-by"] == "search"
    )
    agent.submit_edit(listing, agent.edit_form(listing) | {"price": form["price"]})


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("route", "set", "teapot", "--stage", "canary", "--reason", "x"), "teapot"),
        (("route", "set", "search", "--stage", "party", "--reason", "x"), "party"),
        (("route", "set", "search", "--stage", "canary", "--percent", "101", "--reason", "x"), "1"),
        (("route", "set", "search", "--stage", "canary"), "reason"),
        (("route", "rollback", "teapot", "--reason", "x"), "teapot"),
        (("route", "rollback", "search"), "reason"),
    ],
)
def test_a_wrong_command_is_one_clear_line(
    stack: Stack, words: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(CommandFailed) as caught:
        stack.manage("strangler", *words)

    assert reason in str(caught.value)
    assert "Traceback" not in str(caught.value)


def identity_of(stack: Stack) -> dict[str, str]:
    """Come as a new visitor and return the identity that the site gives."""
    answer = httpx.get(stack.url("monolith", "/"), headers={"Host": "127.0.0.1"})
    return {"banyan_id": answer.cookies["banyan_id"]}


def exactly(price: int) -> dict[str, str]:
    """Return the search parameters that find a home by its price."""
    return {"price_min": str(price), "price_max": str(price), "status": "any"}
