"""The table as data: the order of its entries is the decision."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from strangler import flags, routes
from strangler.envoy.clusters import UpstreamError, clusters, upstreams
from strangler.envoy.render import route_table
from strangler.snapshot import Snapshot
from strangler.stages import Standing, standing

ENTRY = {
    "id": "homes",
    "owner": "x",
    "note": "x",
    "methods": ["GET", "POST"],
    "paths": [{"prefix": "/homes/"}],
    "service": "homes",
    "flag": "homes",
    "start": {"stage": "monolith"},
}


def table(now: Standing, *, closed: bool = False, **changes: Any) -> list[dict[str, Any]]:
    snapshot = Snapshot(1, closed, {"homes": now})
    declared = routes.parse({"route": [{**ENTRY, **changes}]})
    (host,) = route_table(declared, snapshot)["virtual_hosts"]
    entries: list[dict[str, Any]] = host["routes"]
    return entries


def told(entries: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """Say for each entry who is asked and why."""
    return [
        (
            entry["route"]["cluster"],
            entry.get("metadata", {}).get("filter_metadata", {}).get("banyan", {}).get("decision"),
        )
        for entry in entries
    ]


TESTERS = [("homes-or-monolith", "tester"), ("monolith", "tester")]
# With a tester's token in a header, a cookie, the address; and without.
ASKED = [("monolith", "rest")] * 4
REST: list[tuple[str, str | None]] = [("monolith", None), ("monolith", None)]


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (standing("monolith"), [("monolith", "monolith")]),
        (standing("shadow"), [("monolith", "monolith")]),
        (standing("canary"), [*TESTERS, *ASKED]),
        (
            standing("canary", 0, ["pilot"]),
            [*TESTERS, ("homes-or-monolith", "group"), *ASKED],
        ),
        (
            standing("canary", 0, staff=True, users=[1, 2]),
            [
                *TESTERS,
                ("homes-or-monolith", "user"),
                ("homes-or-monolith", "staff"),
                *ASKED,
            ],
        ),
        (standing("cutover"), [("homes-or-monolith", "everybody")]),
        (standing("retired"), [("homes", "everybody")]),
    ],
)
def test_each_stage_asks_whom_it_says(now: Standing, first: list[tuple[str, str]]) -> None:
    # Once for the safe method, once for the unsafe one, then everything else.
    assert told(table(now)) == [*first, *first, *REST]


def test_the_kill_switch_leaves_nothing_but_the_monolith() -> None:
    assert told(table(standing("retired"), closed=True)) == REST


@pytest.mark.parametrize("percent", ["0.01", "10", "99.99", "100"])
def test_a_canarys_ranges_are_the_flags(percent: str) -> None:
    entries = table(standing("canary", percent))
    found = {
        (header["range_match"]["start"], header["range_match"]["end"])
        for entry in entries
        for header in entry["match"].get("headers", [])
        if header["name"] == "x-banyan-bucket"
    }
    assert found == set(flags.ranges("homes", percent))


def test_only_the_canarys_last_entries_pay_for_verifying() -> None:
    for stage in ("monolith", "shadow", "cutover", "retired"):
        assert not any("typed_per_filter_config" in entry for entry in table(standing(stage)))
    verifying = [
        entry for entry in table(standing("canary", 50)) if "typed_per_filter_config" in entry
    ]
    assert {entry["metadata"]["filter_metadata"]["banyan"]["decision"] for entry in verifying} == {
        "rest"
    }


def test_an_unsafe_request_is_never_asked_twice_once_it_may_have_arrived() -> None:
    safe, unsafe = table(standing("cutover"))[:2]
    assert "per_try_timeout" in safe["route"]["retry_policy"]
    policy = unsafe["route"]["retry_policy"]
    assert policy["retry_on"] == "connect-failure,refused-stream,reset-before-request"
    assert "hedge_policy" not in unsafe["route"]


def test_only_safe_requests_are_copied_to_a_shadow() -> None:
    safe, unsafe = table(standing("shadow"))[:2]
    (copy,) = safe["route"]["request_mirror_policies"]
    assert copy["cluster"] == "homes-copies"
    assert "request_mirror_policies" not in unsafe["route"]


def test_patterns_hosts_and_patience_are_rendered_as_declared() -> None:
    paths = [{"pattern": "/homes/<int:pk>/"}]
    entry, *_ = table(
        standing("cutover"),
        paths=paths,
        hosts=["homes.example"],
        timeouts={"patience": 0.5, "total": 5},
    )
    assert entry["match"]["safe_regex"] == {"regex": "/homes/[0-9]+/"}
    assert entry["match"]["headers"][1]["name"] == ":authority"
    assert entry["route"]["timeout"] == "5s"
    assert entry["route"]["retry_policy"]["per_try_timeout"] == "0.5s"


@pytest.mark.parametrize("stage", ["canary", "cutover", "retired"])
def test_a_stream_of_a_moved_route_has_an_end_unless_its_route_says_none(stage: str) -> None:
    def ends(**changes: Any) -> set[str]:
        entries = table(standing(stage), **changes)
        return {
            entry["route"]["timeout"]
            for entry in entries
            if entry["route"]["cluster"] != "monolith"
        }

    assert ends() == {"30s"}
    # As at the monolith: then the listener's limit of silence is the only one.
    assert ends(timeouts={"total": 0}) == {"0s"}


def test_patience_holds_where_there_is_no_end() -> None:
    entry, *_ = table(standing("cutover"), timeouts={"patience": 0.5, "total": 0})
    assert entry["route"]["retry_policy"]["per_try_timeout"] == "0.5s"


def test_a_schedule_is_resolved_before_it_is_rendered() -> None:
    (homes,) = routes.parse({"route": [ENTRY]})
    now = datetime(2030, 1, 31, 9, tzinfo=UTC)
    day = standing("canary", 50, since=now, until=now + timedelta(hours=8))
    snapshot = Snapshot(1, False, {"homes": day})
    for hours, is_open in ((-1, False), (0, True), (7, True), (8, False)):
        found = snapshot.in_effect([homes], now + timedelta(hours=hours)).standing(homes)
        assert found == (standing("canary", 50) if is_open else standing("canary", 0))


def test_a_closed_route_is_the_monoliths_and_stands_where_it_stood() -> None:
    (homes,) = routes.parse({"route": [ENTRY]})
    snapshot = Snapshot(1, False, {"homes": standing("cutover")})
    closed = snapshot.closing(["homes", "unheard-of"], everything=False)
    assert closed.in_effect([homes], datetime.now(UTC)).standing(homes) == standing("monolith")
    assert Snapshot.from_json(closed.to_json()) == closed
    assert closed.standing(homes) == standing("cutover")


def test_a_services_limit_is_not_the_monoliths() -> None:
    for entry in table(standing("canary", 50), max_body=1000):
        limit = entry.get("typed_per_filter_config", {}).get("envoy.filters.http.buffer", {})
        lengths = [h for h in entry["match"].get("headers", []) if h["name"] == "content-length"]
        if "direct_response" in entry or lengths:
            assert "buffer" not in limit
        else:
            assert ("buffer" in limit) is (entry["route"]["cluster"] != "monolith")


def test_clusters_do_not_depend_on_any_stage() -> None:
    places = upstreams("monolith=127.0.0.1:1,homes=homes.internal:2")
    found = {cluster["name"]: cluster for cluster in clusters(places)}
    assert list(found) == ["monolith", "homes", "homes-or-monolith", "homes-copies"]
    assert (found["monolith"]["type"], found["homes"]["type"]) == ("STATIC", "STRICT_DNS")
    assert "health_checks" not in found["monolith"]


def ask_at(cluster: dict[str, Any]) -> list[tuple[str, int]]:
    (some,) = cluster["load_assignment"]["endpoints"]
    found = [each["endpoint"]["address"]["socket_address"] for each in some["lb_endpoints"]]
    return [(address["address"], address["port_value"]) for address in found]


def test_copies_are_few_end_and_are_held_against_nobody() -> None:
    found = {c["name"]: c for c in clusters(upstreams("monolith=127.0.0.1:1,homes=127.0.0.1:2"))}
    copies, homes = found["homes-copies"], found["homes"]
    assert ask_at(copies) == ask_at(homes) == [("127.0.0.1", 2)]
    assert not copies.keys() & {"health_checks", "outlier_detection"}
    (few,), (many,) = (each["circuit_breakers"]["thresholds"] for each in (copies, homes))
    assert few["max_requests"] < many["max_requests"]
    options = copies["typed_extension_protocol_options"].popitem()[1]
    assert options["common_http_protocol_options"]["max_stream_duration"] == "30s"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("search=127.0.0.1:1", "no upstream is named monolith"),
        ("monolith=127.0.0.1", "'127.0.0.1' is not host:port"),
        ("monolith=h:0", "'h:0' is not host:port"),
        ("monolith", "'' is not host:port"),
    ],
)
def test_a_wrong_upstream_is_one_clear_line(text: str, complaint: str) -> None:
    with pytest.raises(UpstreamError, match=complaint):
        upstreams(text)
