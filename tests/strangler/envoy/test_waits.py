"""How long people wait, timed by a real Envoy: the service's answers beside the monolith's."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from stack.readiness import wait
from strangler import routes
from strangler.control.measuring import judgements
from strangler.envoy import waits
from strangler.envoy.waits import FEWEST, slower_ms
from strangler.routes import Gates
from strangler.stages import standing
from tests.strangler.envoy.conftest import FILE, Site
from tests.strangler.envoy.test_agent import configuration

SERVICE, STAYED = (
    f"banyan.waited.route.search.asked.{asked}" for asked in ("search-or-monolith", "monolith")
)


def told(**sides: list[tuple[float, float, int]]) -> str:
    """Write histograms as Envoy's admin address does."""
    names = {"service": SERVICE, "monolith": STAYED}
    details = [
        {
            "name": names[side],
            "totals": [
                {"lower_bound": lowest, "width": width, "count": count}
                for lowest, width, count in buckets
            ],
        }
        for side, buckets in sides.items()
    ]
    return json.dumps({"stats": [{"histograms": {"details": details}}]})


@pytest.mark.parametrize(
    ("service", "slower"),
    [
        # Half of all waits lie below the middle of the only bucket.
        ([(50_000, 10_000, FEWEST)], 15.0),
        ([(50_000, 1_000, FEWEST), (90_000, 1_000, FEWEST)], 11.0),
        # In any order, and a few that took for ever change nothing.
        ([(9e9, 1e8, 10), (42_000, 1_000, 300), (41_000, 1_000, 300)], 2.017),
        ([(10_000, 10_000, FEWEST)], -25.0),
    ],
)
def test_medians_are_compared(service: list[tuple[float, float, int]], slower: float) -> None:
    found = told(service=service, monolith=[(35_000, 10_000, FEWEST)])
    assert slower_ms(found, "search", "search") == slower


@pytest.mark.parametrize(
    "found",
    [
        '{"stats": []}',
        '{"stats": [{"histograms": {}}]}',
        told(service=[(1, 1, FEWEST)]),
        told(monolith=[(1, 1, FEWEST)]),
        told(service=[(1, 1, FEWEST)], monolith=[(1, 1, FEWEST - 1)]),
        told(service=[(1, 1, 50), (2, 1, 49)], monolith=[(1, 1, FEWEST)]),
        told(service=[], monolith=[]),
    ],
)
def test_too_few_waits_tell_nothing(found: str) -> None:
    assert slower_ms(found, "search", "search") is None
    assert slower_ms(told(service=[(1, 1, 999)], monolith=[(1, 1, 999)]), "other", "search") is None


@pytest.fixture
def timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site each of whose answers is timed."""
    monkeypatch.setattr(waits, "SAMPLED", 100)
    site = Site(tmp_path, routes.load(FILE))
    site.start()
    yield site
    site.close()


@pytest.mark.stack
def test_a_service_that_thinks_longer_is_slower_by_that(timed: Site) -> None:
    search = replace(timed.routes[0], gates=Gates(slower_ms=20))

    def found() -> float | None:
        (gate,) = judgements(configuration(timed), search)
        assert not gate.is_met
        return gate.measured

    timed.move(standing("monolith"))
    timed.get_many(FEWEST)
    timed.move(standing("cutover"))
    timed.wait_until_answered_by("search")
    assert found() is None
    timed.search.thinks_s = 0.1
    timed.get_many(2 * FEWEST)
    # Envoy adds up its threads' times every five seconds.
    assert wait(lambda: found() is not None, 30)
    assert (found() or 0) > 50
    assert timed.gateway.slower_ms("other", "search") is None
