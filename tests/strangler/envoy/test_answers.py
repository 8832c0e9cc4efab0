"""Who answered, counted by a real Envoy: how often the monolith stood in is a metric."""

from dataclasses import astuple
from typing import Any

import pytest

from strangler.envoy.answers import METRIC, Answers, answers
from strangler.stages import standing
from tests.strangler.envoy.test_gateway import ask, cookie, person_who


def counted(site: Any) -> Answers:
    return answers(site.gateway.metrics(), "monolith").get("search", Answers())


def wait_for(
    site: Any, before: Answers, service: int, monolith: int, errors: int = 0, behind: int = 0
) -> None:
    """Return when so many more are counted; a worker's counts are merged now and then."""
    wanted = (
        *(before.by_service + service, before.by_monolith + monolith, before.by_nobody),
        *(before.errors + errors, before.behind + behind),
    )
    for _ in range(500):
        if astuple(counted(site)) == wanted:
            return
        site.pause.wait(0.01)
    assert astuple(counted(site)) == wanted


@pytest.mark.stack
def test_the_monoliths_standing_in_is_counted_whatever_its_cause(site: Any) -> None:
    before = counted(site)
    for status in (200, 200, 500, 503, 425):
        site.search.status = status
        site.client.get("/search")
    wait_for(site, before, service=3, monolith=2, errors=1, behind=1)
    site.search.status, site.search.is_ready = 200, False
    # Not even asked any more: that counts as well.
    site.wait_for("search", is_healthy=False)
    before = counted(site)
    assert ask(site).text == "monolith"
    wait_for(site, before, service=0, monolith=1)


@pytest.mark.stack
def test_what_was_the_monoliths_anyhow_is_no_fallback(site: Any) -> None:
    site.move(standing("canary", 50))
    before = counted(site)
    site.client.get("/homes/1")
    assert ask(site, cookie(site, person_who(is_on=False, percent=50))).text == "monolith"
    assert ask(site).text == "monolith"
    assert ask(site, cookie(site, person_who(is_on=True, percent=50))).text == "search"
    wait_for(site, before, service=1, monolith=0)


@pytest.mark.stack
def test_an_error_of_the_monolith_in_its_stead_is_not_the_services(site: Any) -> None:
    before = counted(site)
    site.search.status, site.monolith.status = 503, 500
    assert site.client.get("/search").status_code == 500
    wait_for(site, before, service=0, monolith=1)


@pytest.mark.parametrize(
    ("found", "percent"),
    [(Answers(), None), (Answers(3, 1), 25.0), (Answers(0, 0, 1), 0.0), (Answers(2, 1), 33.333)],
)
def test_the_share_is_of_all_that_the_service_was_asked(
    found: Answers, percent: float | None
) -> None:
    assert found.fallback_percent == percent


@pytest.mark.parametrize(
    ("found", "percent"),
    [
        (Answers(), None),
        (Answers(3, 1), 25.0),
        (Answers(0, 0, 1), 100.0),
        (Answers(4, errors=1), 25.0),
        (Answers(3, 1, behind=1), 0.0),
        # Counters are not read all at one moment.
        (Answers(3, 1, behind=2), 0.0),
    ],
)
def test_the_services_failures_are_all_that_it_did_not_answer_well(
    found: Answers, percent: float | None
) -> None:
    assert found.error_percent == percent


def test_who_was_behind_is_told_only_where_one_route_has_asked() -> None:
    one = f'{METRIC}{{route="a",asked="search-or-monolith",answered_by="monolith"}} 5\n'
    waited = (
        'envoy_cluster_retry_upstream_rq{envoy_response_code="425",'
        'envoy_cluster_name="search-or-monolith"} 3\n'
    )
    assert answers(one + waited, "monolith") == {"a": Answers(0, 5, behind=3)}
    both = one + one.replace('"a"', '"b"') + waited
    assert answers(both, "monolith") == {"a": Answers(0, 5), "b": Answers(0, 5)}


def test_what_was_asked_of_one_route_is_added_up() -> None:
    counts = [
        ("search-or-monolith", "search", 7),
        ("search-or-monolith", "monolith", 2),
        ("search-or-monolith", "", 1),
        # It is retired: nobody stands in.
        ("search", "search", 5),
        ("monolith", "monolith", 9),
        # The gateway refused it itself.
        ("", "", 9),
    ]
    text = "# TYPE envoy_banyan_answers counter\n" + "".join(
        f'{METRIC}{{route="search",asked="{asked}",answered_by="{who}"}} {count}\n'
        for asked, who, count in counts
    )
    assert answers(text, "monolith") == {"search": Answers(12, 2, 1)}
