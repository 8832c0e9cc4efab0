"""Those who go first, at a real Envoy: by user, as staff, or with a tester's token."""

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


def ask(site: Any, person: Person | None = None, path: str = "/search", **more: str) -> str:
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    if person is not None:
        mine = f"banyan_id={identity.issue(person, site.key, int(time.time()))}"
        headers["cookie"] = "; ".join(filter(None, [mine, headers.get("cookie")]))
    answer: httpx.Response = site.client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.text


def token(site: Any, sides: dict[str, str], *, age: int = 0) -> str:
    return testers.issue("anna", sides, site.key, now=int(time.time()) - age, lifetime=60)


def test_named_users_go_first_and_nobody_whose_key_begins_alike(site: Any) -> None:
    named = [42, *(number * 7919 for number in range(1, 500))]
    site.move(standing("canary", 0, users=named))
    assert ask(site, Person("u:42")) == "search"
    assert ask(site, Person(f"u:{named[-1]}")) == "search"
    for other in ("u:4", "u:4200", "v:42", "u:7918"):
        assert ask(site, Person(other)) == "monolith"


def test_staff_go_first(site: Any) -> None:
    site.move(standing("canary", 0, staff=True))
    assert ask(site, Person("u:1", is_staff=True)) == "search"
    assert ask(site, Person("u:1")) == "monolith"
    assert ask(site, x_banyan_staff="true", x_banyan_user="u:42") == "monolith"


def test_a_testers_token_chooses_the_side_in_three_ways(site: Any) -> None:
    site.move(standing("canary", 0))
    given = token(site, {"search": "service"})
    assert ask(site) == "monolith"
    assert ask(site, banyan_tester=given) == "search"
    assert ask(site, path=f"/search?q=x&banyan_tester={given}") == "search"
    assert ask(site, cookie=f"banyan_tester={given}") == "search"
    assert ask(site, Person("u:1"), banyan_tester=given) == "search"


def test_a_testers_token_leads_back_to_the_monolith_too(site: Any) -> None:
    site.move(standing("canary", 100))
    assert ask(site, Person("u:1")) == "search"
    given = token(site, {"search": "monolith"})
    assert ask(site, Person("u:1"), banyan_tester=given) == "monolith"


def test_the_token_is_kept_from_whoever_answers(site: Any) -> None:
    site.move(standing("canary", 0))
    ask(site, path=f"/search?q=x&banyan_tester={token(site, {'search': 'service'})}")
    ((_, path, _),) = site.search.seen
    assert "banyan_tester" not in path


def test_only_a_testers_token_in_time_and_for_the_route_is_one(site: Any) -> None:
    site.move(standing("canary", 0))
    now = int(time.time())
    good = token(site, {"search": "service"})
    for bad in (
        "x",
        token(site, {"other": "service"}),
        token(site, {"search": "service"}, age=120),
        f"{good[:-4]}AAAA",
        # An identity's cookie with a tester's claim is still an identity's.
        sign({"sub": "x", "sides": ",search=service,"}, site.key, now=now, lifetime=60),
    ):
        assert ask(site, banyan_tester=bad) == "monolith"
    assert ask(site, x_banyan_tester=",search=service,") == "monolith"
    # And a tester's token is nobody's identity.
    site.move(standing("canary", 100))
    assert ask(site, cookie=f"banyan_id={good}") == "monolith"
