"""A flag moved by an operator is felt in the search, by exactly those whom it names."""

import httpx
import jwt
import pytest

from strangler import flags
from tests.route import Route
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

# Behind a flag of its own the service answers here, and 404 where that is off.
ASKED = "/api/v1/search/suggestions?q=lake"
FLAG = "search-suggestions"


def identities(stack: Stack, count: int) -> list[str]:
    """Come as so many visitors, and return who the site says each is."""
    site = stack.url("monolith", "/")
    return [
        httpx.get(site, headers={"Host": "127.0.0.1"}).cookies["banyan_id"] for _ in range(count)
    ]


def test_a_behaviour_moves_person_by_person(stack: Stack, search_route: Route) -> None:
    search_route.set("--stage", "cutover")
    people = {identity: bucket_of(identity) for identity in identities(stack, 30)}
    chosen = {who for who, bucket in people.items() if flags.is_on(FLAG, 50, bucket)}

    def reached() -> set[str]:
        address = stack.url("gateway", ASKED)
        answers = {who: httpx.get(address, cookies={"banyan_id": who}) for who in people}
        assert {answer.headers["x-served-by"] for answer in answers.values()} == {"search"}
        return {who for who, answer in answers.items() if answer.status_code == 200}

    assert reached() == set()
    try:
        said = stack.manage(
            "strangler", "flags", "set", FLAG, "--percent", "50", "--reason", "a test"
        )
        assert "live at the gateway" in said
        stack.wait_until(lambda: reached() == chosen)
    finally:
        stack.manage("strangler", "flags", "undo", FLAG, "--reason", "the test is over")
    stack.wait_until(lambda: not reached())


def bucket_of(identity: str) -> int:
    """Read a bucket as anybody can: the cookie is signed, not secret."""
    claims = jwt.decode(identity, options={"verify_signature": False})
    return int(claims["bucket"])
