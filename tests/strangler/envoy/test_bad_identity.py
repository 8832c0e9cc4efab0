"""Identity cookies that nobody should send: each costs its bearer the new side, and no page."""

import time
from typing import Any

import httpx
import pytest

from strangler import testers
from strangler.adapter import identity
from strangler.adapter.identity import Person
from strangler.adapter.tokens import sign
from strangler.stages import standing

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

PILOT = Person("u:1", groups=",pilot,")


@pytest.fixture
def canary(site: Any) -> Any:
    site.move(standing("canary", 0, ["pilot"]))
    return site


def good(site: Any) -> str:
    return identity.issue(PILOT, site.key, int(time.time()))


def answered_by(site: Any, *cookies: str) -> str:
    headers = [("cookie", cookie) for cookie in cookies]
    response: httpx.Response = site.client.get("/search", headers=headers)
    assert response.status_code == 200
    return response.text


def test_a_good_one_is_answered_by_the_service(canary: Any) -> None:
    assert answered_by(canary, f"a=1; banyan_id={good(canary)}; b=2") == "search"
    assert answered_by(canary, "a=1", f"banyan_id={good(canary)}") == "search"


def test_cookies_of_both_live_keys_are_good(canary: Any) -> None:
    now = int(time.time())
    for key in (canary.key, canary.other_key):
        assert answered_by(canary, f"banyan_id={identity.issue(PILOT, key, now)}") == "search"


@pytest.mark.parametrize("size", [4_000, 20_000, 50_000])
def test_an_oversized_one_is_no_identity(canary: Any, size: int) -> None:
    assert answered_by(canary, f"banyan_id={'x' * size}") == "monolith"
    claims = {"bucket": 1, "groups": ",pilot,", "sub": "u:1", "name": "x" * size, "staff": True}
    signed = sign(claims, canary.key, now=int(time.time()), lifetime=60)
    # Ours and whole, only that no browser would keep it: nothing is wrong with it.
    if len(signed) < 55_000:
        assert answered_by(canary, f"banyan_id={signed}") == "search"


def test_a_head_full_of_cookies_is_refused_and_not_a_crash(canary: Any) -> None:
    response = canary.client.get("/search", headers={"cookie": f"banyan_id={'x' * 70_000}"})
    assert response.status_code == 431
    assert answered_by(canary) == "monolith"


def test_doubled_ones_give_nobody_what_none_of_them_gives(canary: Any) -> None:
    mine, forged = good(canary), f"{good(canary)[:-8]}AAAAAAAA"
    nobody = identity.issue(Person("u:2"), canary.key, int(time.time()))
    for first, second in ((forged, forged), (forged, nobody), (nobody, forged), (nobody, nobody)):
        assert answered_by(canary, f"banyan_id={first}; banyan_id={second}") == "monolith"
        assert answered_by(canary, f"banyan_id={first}", f"banyan_id={second}") == "monolith"
    # The first one counts, wherever the second is said.
    for first, second, side in ((forged, mine, "monolith"), (mine, forged, "search")):
        assert answered_by(canary, f"banyan_id={first}; banyan_id={second}") == side
        assert answered_by(canary, f"banyan_id={first}", f"banyan_id={second}") == side


def test_one_signed_for_something_else_is_no_identity(canary: Any) -> None:
    now = int(time.time())
    tester = testers.issue("anna", {"other": "service"}, canary.key, now=now, lifetime=60)
    claims = {"bucket": 1, "groups": ",pilot,", "sub": "u:1"}
    stranger = sign(claims, canary.key, now=now, lifetime=60, issuer="somebody")
    late = sign(claims, canary.key, now=now - 120, lifetime=60)
    for token in (tester, stranger, late):
        assert answered_by(canary, f"banyan_id={token}") == "monolith"


@pytest.mark.parametrize(
    "name",
    ["x-banyan-groups", "X-Banyan-Groups", "X_Banyan_Groups", "x-banyan_groups"],
)
def test_the_headers_that_a_good_one_becomes_cannot_be_sent(canary: Any, name: str) -> None:
    response = canary.client.get("/search", headers={name: ",pilot,"})
    assert response.text == "monolith"
    ((_, _, seen),) = canary.monolith.seen
    assert not [header for header in seen if "banyan" in header]


def test_what_the_cookie_said_goes_no_further_than_the_table(canary: Any) -> None:
    assert answered_by(canary, f"banyan_id={good(canary)}") == "search"
    ((_, _, seen),) = canary.search.seen
    assert not [header for header in seen if header.startswith("x-banyan")]
    assert seen["cookie"].startswith("banyan_id=")


def test_the_log_tells_the_bucket_and_why(canary: Any) -> None:
    token = good(canary)
    canary.client.get(
        "/search", headers={"cookie": f"banyan_id={token}", "x-request-id": "the-bucket"}
    )
    line = canary.logged("the-bucket")
    assert line["bucket"] == str(PILOT.bucket)
    assert (line["decision"], line["reason"]) == ("group", "via_upstream")
    assert line["cluster"] == "search-or-monolith"
    assert {"ms", "ms_received", "ms_first_byte"} <= line.keys()


def test_a_request_that_is_asked_again_is_marked(site: Any) -> None:
    site.move(standing("cutover"))
    site.search.status = 503
    assert answered_by(site) == "monolith"
    ((_, _, first),), ((_, _, second),) = site.search.seen, site.monolith.seen
    assert (first["x-envoy-attempt-count"], second["x-envoy-attempt-count"]) == ("1", "2")
