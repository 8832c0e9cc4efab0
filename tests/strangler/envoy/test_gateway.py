"""A real Envoy between two origins: who answers whom, and that nobody ever sees an error."""

import base64
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from stack.readiness import wait
from strangler import flags
from strangler.adapter import identity, key_files, keys
from strangler.adapter.identity import Person
from strangler.stages import standing

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

ORIGIN = Path(__file__).with_name("origin_process.py")


def cookie(site: Any, person: Person, *, key: keys.PrivateKey | None = None, age: int = 0) -> str:
    return identity.issue(person, key or site.key, int(time.time()) - age)


def ask(site: Any, token: str | None = None, **headers: str) -> httpx.Response:
    if token is not None:
        headers["cookie"] = f"sessionid=x; banyan_id={token}; other=y"
    response = site.client.get(
        "/search", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    assert response.status_code == 200
    assert isinstance(response, httpx.Response)
    return response


def person_who(*, is_on: bool, percent: int) -> Person:
    people = (Person(f"u:{n}") for n in range(1000))
    return next(p for p in people if flags.is_on("search", percent, p.bucket) is is_on)


def test_a_canary_answers_exactly_those_whom_the_python_rule_names(site: Any) -> None:
    people = [Person(f"u:{n}") for n in range(200)]
    tokens = [cookie(site, person) for person in people]
    for percent in (0, 5, 50, 100):
        site.move(standing("canary", percent))
        for person, token in zip(people, tokens, strict=True):
            if flags.is_on("search", percent, person.bucket):
                # A machine that is busy may let the service be silent for too long, once.
                assert "search" in (ask(site, token).text for _ in range(3)), person
            else:
                assert ask(site, token).text == "monolith", person


def test_a_group_goes_first_and_no_other_groups_name_passes_for_it(site: Any) -> None:
    site.move(standing("canary", 0, ["pilot"]))
    for groups, answer in {
        ",pilot,": "search",
        ",agents,pilot,": "search",
        ",copilot,": "monolith",
        ",": "monolith",
    }.items():
        assert ask(site, cookie(site, Person("u:1", groups=groups))).text == answer


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> keys.PrivateKey:
    folder = tmp_path_factory.mktemp("foreign")
    key_files.create_pair(folder / "private.pem", folder / "public.pem")
    return keys.private_key(str(folder / "private.pem"))


def test_whoever_cannot_prove_who_they_are_is_the_monoliths(
    site: Any, foreign: keys.PrivateKey
) -> None:
    site.move(standing("canary", 100, ["pilot"]))
    pilot = Person("u:1", groups=",pilot,")
    good = cookie(site, pilot)
    head, body, signature = good.split(".")
    unsigned = {"alg": "none", "kid": site.key.public.id}
    none = base64.urlsafe_b64encode(json.dumps(unsigned).encode()).decode().rstrip("=")
    assert ask(site, good).text == "search"
    for bad in (
        None,
        "",
        "x",
        cookie(site, pilot, key=foreign),
        cookie(site, pilot, age=3700),
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
    ):
        assert ask(site, bad).text == "monolith"


def test_a_clients_own_internal_headers_are_taken_away(site: Any) -> None:
    site.move(standing("canary", 100, ["pilot"]))
    spoofed = ask(site, x_banyan_groups=",pilot,", x_banyan_bucket="1", x_envoy_retry_on="5xx")
    assert spoofed.text == "monolith"
    ((_, _, seen),) = site.monolith.seen
    ours = {name for name in seen if name.startswith(("x-banyan", "x-envoy"))}
    assert ours == {"x-envoy-attempt-count"}
    assert seen["x-envoy-attempt-count"] == "1"


def test_host_scheme_and_request_id_reach_the_origin_and_nothing_is_added_to_the_answer(
    site: Any,
) -> None:
    site.move(standing("cutover"))
    response = ask(site, host="homes.example", x_request_id="abc", x_forwarded_proto="https")
    ((_, _, seen),) = site.search.seen
    assert seen["host"] == "homes.example"
    assert seen["x-request-id"] == "abc"
    assert seen["x-forwarded-proto"] == "http"
    assert "x-forwarded-for" in seen
    assert set(response.headers) == {"server", "date", "x-served-by", "content-length"}
    assert response.headers["server"].startswith("BaseHTTP")


def test_other_paths_and_methods_stay_with_the_monolith(site: Any) -> None:
    site.move(standing("cutover"))
    for path in ("/search/", "/searching", "//search", "/search%2f", "/api/v1/search/x", "/"):
        assert site.client.get(path).text == "monolith"
    for path in ("/search?q=1", "/api/v1/search", "/x/../search", "/./search"):
        raw = httpx.URL(f"http://{site.listen}").copy_with(raw_path=path.encode())
        assert site.client.get(raw).text == "search"
    assert site.client.post("/search").text == "monolith"
    assert site.client.head("/search").headers["x-served-by"] == "search"


@pytest.mark.parametrize("status", [425, 503])
def test_a_request_that_is_handed_back_is_answered_by_the_monolith(site: Any, status: int) -> None:
    site.move(standing("cutover"))
    site.search.status = status
    assert ask(site).text == "monolith"
    assert len(site.search.seen) == len(site.monolith.seen) == 1


@pytest.mark.parametrize("status", [404, 400, 500])
def test_any_other_answer_of_the_service_is_the_answer(site: Any, status: int) -> None:
    site.move(standing("cutover"))
    site.search.status = status
    response = site.client.get("/search")
    assert (response.status_code, response.text) == (status, "search")


def test_the_monoliths_answer_is_final_even_when_both_hand_back(site: Any) -> None:
    site.move(standing("cutover"))
    site.search.status, site.monolith.status = 425, 503
    response = site.client.get("/search")
    assert (response.status_code, response.text) == (503, "monolith")


def test_a_service_that_is_not_ready_is_not_asked(site: Any) -> None:
    site.move(standing("cutover"))
    site.search.is_ready = False
    site.wait_for("search", is_healthy=False)
    assert ask(site).text == "monolith"
    assert not site.search.seen


def test_a_shadow_gets_a_marked_copy_and_the_user_the_monoliths_answer(site: Any) -> None:
    site.move(standing("shadow"))
    site.search.status = 500
    assert ask(site).text == "monolith"
    _, _, copy = site.search.wait_for_request()
    assert copy["x-banyan-shadow"] == "1"
    assert copy["host"] == str(site.listen)
    ((_, _, original),) = site.monolith.seen
    assert "x-banyan-shadow" not in original


def asked_twice(site: Any, path: str, count: int) -> int:
    """Return of how many of so many requests the monolith was asked too, by the access log."""
    told: list[dict[str, Any]] = []

    def are_all_logged() -> bool:
        lines = site.log.read_text().splitlines()
        told[:] = [json.loads(line) for line in lines if line.startswith("{") and path in line]
        return len(told) >= count

    assert wait(are_all_logged, 10)
    return sum(line["attempts"] > 1 for line in told)


def has_seen(site: Any, count: int) -> bool:
    return len(site.search.seen) >= count


def test_copies_that_fail_are_not_held_against_the_service(site: Any) -> None:
    site.move(standing("shadow"))
    site.search.status = 500
    # Five in a row would let it rest, and its other routes with it.
    for number in range(1, 11):
        assert ask(site).text == "monolith"
        with site.search.heard:
            assert site.search.heard.wait_for(partial(has_seen, site, number), 5)
    counted = f"http://{site.admin}/stats?filter=^cluster.search.*ejections_total$"
    found = {line.split(": ")[1] for line in httpx.get(counted).text.splitlines()}
    assert found == {"0"}


def test_the_kill_switch_sends_everybody_to_the_monolith_and_back(site: Any) -> None:
    site.move(standing("cutover"), all_to_monolith=True)
    assert ask(site).text == "monolith"
    site.move(standing("cutover"))
    assert ask(site).text == "search"


def test_a_table_that_the_gateway_refuses_changes_nothing(site: Any) -> None:
    site.move(standing("cutover"))
    refusals = site.gateway.refusals()
    broken = site.table_of({"@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
                            "name": "banyan", "virtual_hosts": [{"name": "x"}]})  # fmt: skip
    site.folder.place(site.clusters, broken)
    assert site.gateway.took(broken.version, refusals) == "refused"
    assert ask(site).text == "search"


def test_the_access_log_tells_route_stage_decision_and_who_answered(site: Any) -> None:
    site.move(standing("canary", 0, ["pilot"]))
    token = cookie(site, Person("u:1", groups=",pilot,"))
    ask(site, token, x_request_id="log-me")
    line = site.logged("log-me")
    assert line["route"] == "search"
    assert (line["stage"], line["decision"]) == ("canary", "group")
    assert (line["answered_by"], line["status"], line["attempts"]) == ("search", 200, 1)
    assert line["upstream"] == f"127.0.0.1:{site.search.port}"
    assert (line["method"], line["path"]) == ("GET", "/search")
    times = [line[name] for name in ("ms_received", "ms_first_byte", "ms")]
    assert all(type(time) is int for time in times)
    assert times == sorted(times)


def test_the_access_log_tells_who_stood_in(site: Any) -> None:
    site.search.status = 425
    assert ask(site, x_request_id="stand-in").text == "monolith"
    line = site.logged("stand-in")
    assert (line["route"], line["stage"], line["decision"]) == ("search", "cutover", "everybody")
    assert (line["answered_by"], line["status"], line["attempts"]) == ("monolith", 200, 2)
    assert line["upstream"] == f"127.0.0.1:{site.monolith.port}"


class Killable:
    """The service as a process of its own, in the place of the one in a thread."""

    def __init__(self, site: Any) -> None:
        self.site = site
        site.search.close()
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, str(ORIGIN), str(self.site.search.port)])
        self.site.wait_until_answered_by("search")
        # No longer resting for what happened to the one before.
        self.site.wait_for("search", is_healthy=True)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(5)


@pytest.fixture
def killable(site: Any) -> Iterator[Killable]:
    site.move(standing("cutover"))
    service = Killable(site)
    yield service
    service.process.send_signal(signal.SIGCONT)
    service.kill()
    site.search.reopen()
    site.wait_until_answered_by("search")


def test_a_service_killed_under_load_costs_no_request(site: Any, killable: Killable) -> None:
    answers = site.get_many(1000, halfway=killable.kill)
    assert {status for status, _ in answers} == {200}
    assert answers[200, "search"] > 400
    assert answers[200, "monolith"] > 400
    killable.start()


def test_moves_under_load_cost_no_request(site: Any) -> None:
    site.move(standing("cutover"))

    def to_and_fro() -> None:
        for stage in ("monolith", "cutover", "shadow", "monolith"):
            site.move(standing(stage))

    answers = site.get_many(1000, halfway=to_and_fro)
    assert set(answers) == {(200, "search"), (200, "monolith")}


def test_a_service_that_hangs_costs_its_patience_and_no_request(
    site: Any, killable: Killable
) -> None:
    path = "/api/v1/search"
    stop = partial(killable.process.send_signal, signal.SIGSTOP)
    answers = site.get_many(600, path, halfway=stop)
    assert {status for status, _ in answers} == {200}
    assert answers[200, "monolith"] > 200
    # Whoever was being answered waited out its patience, and hardly anybody after them.
    assert 0 < asked_twice(site, path, 600) < 50


def test_a_post_is_handed_over_only_while_nothing_of_it_can_have_arrived(writable: Any) -> None:
    writable.move(standing("cutover"))
    writable.search.status = 503
    refused = writable.client.post("/search", content=b"x")
    assert (refused.status_code, refused.text) == (503, "search")
    assert not writable.monolith.seen
    writable.search.close()
    assert writable.client.post("/search", content=b"x").text == "monolith"
    writable.search.reopen()
