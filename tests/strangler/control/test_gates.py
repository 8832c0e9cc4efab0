"""Gates: what speaks against a step up, judged by what Envoy has counted."""

import pytest

from strangler.adapter.freshness import LIFETIME
from strangler.control.gates import Judged, judged
from strangler.control.preconditions import objections
from strangler.control.readiness import AWAY, Readiness
from strangler.envoy.answers import Answers
from strangler.routes import Gates, Route
from strangler.routes.model import MEASURED
from strangler.stages import Standing, standing

BOTH = Gates(samples=100, error_percent=1)
FEW = judged(BOTH, Answers(by_service=49, by_monolith=1))
ENOUGH = judged(BOTH, Answers(by_service=199, by_monolith=1))
HALF = standing("canary", 50)
READY = Readiness(is_ready=True)
LATE = judged(Gates(lag_seconds=5), None, 5.5)


def against(route: Route, now: Standing, wanted: Standing, gates: tuple[Judged, ...]) -> list[str]:
    return list(objections(route, now, wanted, READY, gates))


def words(gates: Gates, answers: Answers | None) -> list[str]:
    return [gate.words() for gate in judged(gates, answers)]


def test_a_gate_says_what_was_wanted_and_what_was_found() -> None:
    assert words(BOTH, Answers(by_service=49, by_monolith=1)) == [
        "samples 50, not met (at least 100)",
        "error_percent 2.0, not met (at most 1)",
    ]
    assert all(gate.is_met for gate in ENOUGH)
    assert ENOUGH[1].to_json() == {
        **{"gate": "error_percent", "wanted": 1, "measured": 0.5, "verdict": "met"},
        "meaning": "error_percent 0.5, met (at most 1)",
    }


@pytest.mark.parametrize("answers", [None, Answers(9)])
def test_what_nobody_measures_is_not_met(answers: Answers | None) -> None:
    gates = Gates(parity_percent=99.9)
    assert words(gates, answers) == [
        "parity_percent not measured (at least 99.9)",
    ]
    assert not any(gate.is_met for gate in judged(gates, answers))


def test_what_is_said_to_be_measured_is() -> None:
    every = Gates(**dict.fromkeys(Gates.__slots__, 1))
    found = {gate.gate for gate in judged(every, Answers(9), 1, 1) if gate.measured is not None}
    assert found == MEASURED


def test_nothing_is_known_while_the_gateway_is_away_or_nobody_has_asked() -> None:
    assert [gate.verdict for gate in judged(BOTH, None)] == ["not measured"] * 2
    assert [gate.verdict for gate in judged(BOTH, Answers())] == ["not met", "not measured"]


def test_how_late_a_service_is_is_known_without_the_gateway() -> None:
    gates = Gates(lag_seconds=5)
    told = [judged(gates, None, lag)[0].words() for lag in (None, 0.0, 5.0, 5.5)]
    assert told == [
        "lag_seconds not measured (at most 5)",
        "lag_seconds 0.0, met (at most 5)",
        "lag_seconds 5.0, met (at most 5)",
        "lag_seconds 5.5, not met (at most 5)",
    ]


def test_a_service_may_be_slower_by_so_much_and_faster_by_any() -> None:
    gates = Gates(slower_ms=20)
    told = [judged(gates, None, None, slower)[0].words() for slower in (None, -80.5, 20.0, 20.1)]
    assert told == [
        "slower_ms not measured (at most 20)",
        "slower_ms -80.5, met (at most 20)",
        "slower_ms 20.0, met (at most 20)",
        "slower_ms 20.1, not met (at most 20)",
    ]


def test_a_route_without_gates_is_judged_by_none() -> None:
    assert judged(Gates(), Answers(1)) == ()


@pytest.mark.parametrize(
    "wanted", [standing("canary", 60), standing("canary", 50, ["pilot"]), standing("cutover")]
)
def test_a_step_up_from_a_canary_is_objected_to(search: Route, wanted: Standing) -> None:
    assert against(search, HALF, wanted, FEW) == [f"gate {gate.words()}" for gate in FEW]
    assert against(search, HALF, wanted, ENOUGH) == []


def test_users_who_went_first_are_judged_by_too(search: Route) -> None:
    assert against(search, standing("canary", 0, ["pilot"]), HALF, FEW)


@pytest.mark.parametrize("now", ["monolith", "shadow", "canary"])
def test_the_first_users_need_no_samples(search: Route, now: str) -> None:
    assert against(search, standing(now), HALF, FEW) == []


@pytest.mark.parametrize("wanted", [standing("canary", 49), standing("shadow"), HALF])
def test_a_step_back_needs_no_samples(search: Route, wanted: Standing) -> None:
    assert against(search, HALF, wanted, FEW) == []


@pytest.mark.parametrize("now", ["monolith", "shadow", "canary"])
def test_even_the_first_users_want_a_service_that_is_not_late(search: Route, now: str) -> None:
    (told,) = against(search, standing(now), HALF, LATE)
    assert told == "gate lag_seconds 5.5, not met (at most 5)"
    (told,) = against(search, standing(now), HALF, judged(Gates(lag_seconds=5), None))
    assert told == "gate lag_seconds not measured (at most 5)"


@pytest.mark.parametrize("wanted", [standing("shadow"), standing("monolith")])
def test_copies_may_go_to_a_late_service(search: Route, wanted: Standing) -> None:
    assert against(search, standing("monolith"), wanted, LATE) == []
    late = Readiness(True, 3600)
    assert list(objections(search, standing("monolith"), wanted, late)) == []


@pytest.mark.parametrize("wanted", [HALF, standing("canary", 0, ["pilot"]), standing("cutover")])
def test_nobody_is_sent_to_a_service_that_is_later_than_cookies_guard(
    search: Route, wanted: Standing
) -> None:
    now = standing("canary")
    (told,) = objections(search, now, wanted, Readiness(True, LIFETIME + 1))
    assert told == "service search is 601 s late, and cookies guard for 600 s"
    for fine in (READY, Readiness(True, LIFETIME)):
        assert list(objections(search, now, wanted, fine)) == []
    (told,) = objections(search, now, wanted, AWAY)
    assert told.endswith("does not say that it is ready (/readyz)")
