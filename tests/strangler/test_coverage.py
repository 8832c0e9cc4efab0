"""How much has moved: told per pattern, per method and as one number."""

from decimal import Decimal
from typing import Any

from strangler import routes
from strangler.coverage import SPLIT, UNTOLD, Covered, coverage, share_moved, unmatched
from strangler.site.urls import Pattern, patterns
from strangler.site.views import described
from strangler.snapshot import Snapshot
from strangler.stages import Standing, standing
from tests.strangler.site import sample

PATTERNS = patterns(sample.__name__)
PLAIN = described(sample.plain)


def route(*paths: dict[str, str], **changes: Any) -> tuple[routes.Route, ...]:
    entry = {
        **{"id": "homes", "owner": "x", "note": "x", "service": "homes", "flag": "homes"},
        **{"methods": ["GET", "HEAD"], "start": {"stage": "monolith"}, "paths": list(paths)},
        **changes,
    }
    return routes.parse({"route": [entry]})


def covered(declared: tuple[routes.Route, ...], now: Standing) -> dict[str, Covered]:
    found = coverage(PATTERNS, declared, Snapshot(1, False, {"homes": now}))
    return {each.pattern.written: each for each in found}


def test_each_pattern_is_answered_by_whom_its_example_reaches() -> None:
    found = covered(route({"pattern": "/homes/<int:pk>/"}), standing("canary", 10, ["pilot"]))
    home = found["/homes/<int:pk>/"]
    assert home.words() == "homes (canary 10 %)"
    assert home.percent == 10
    assert found["/homes/<int:pk>/edit"].words() == "monolith"
    assert share_moved(found.values()) == Decimal(10) / len(PATTERNS)


def test_a_page_read_here_and_written_there_is_marked_unless_it_is_guarded() -> None:
    edit = {"pattern": "/homes/<int:pk>/edit"}
    found = covered(route(edit), standing("cutover"))["/homes/<int:pk>/edit"]
    assert found.words() == "GET HEAD homes (cutover), POST monolith"
    assert found.risks == ("files", "messages", SPLIT)
    guarded = covered(route(edit, guard="425"), standing("cutover"))["/homes/<int:pk>/edit"]
    assert SPLIT not in guarded.risks
    assert SPLIT not in covered(route(edit), standing("shadow"))["/homes/<int:pk>/edit"].risks


def test_it_is_told_to_programs_too() -> None:
    found = covered(route({"exact": "/listed"}), standing("cutover"))["/listed"].to_json()
    assert (found["share_moved"], found["methods"], found["writes"]) == (100, ["GET", "HEAD"], [])
    assert found["answers"][0] == {
        **{"method": "GET", "route": "homes", "service": "homes", "stage": "cutover", "hosts": []}
    }


def test_a_route_of_some_hosts_says_so() -> None:
    declared = route({"exact": "/listed"}, hosts=["a.example", "b.example"])
    found = covered(declared, standing("cutover"))["/listed"]
    assert found.words() == "homes (cutover on a.example b.example)"
    assert found.to_json()["answers"][0]["hosts"] == ["a.example", "b.example"]


def test_a_path_that_the_site_does_not_know_is_a_finding() -> None:
    declared = route(
        {"exact": "/listed"},
        {"exact": "/lsited"},
        {"prefix": "/homes/"},
        {"pattern": "/homes/<slug:x>/edit"},
        {"regex": "/old/[0-9]{4}/.*"},
        {"prefix": "/new/"},
        {"regex": "/(?:lited|lised)|/kpet"},
        {"regex": "/(?:listed|lised)"},
    )
    assert [str(finding) for finding in unmatched(declared, PATTERNS)] == [
        "note: homes: /lsited is no URL of the site: the monolith would answer 404",
        "note: homes: /new/ is no URL of the site: the monolith would answer 404",
        "note: homes: /(?:lited|lised)|/kpet is no URL of the site: the monolith would answer 404",
    ]


def test_letters_beyond_ascii_are_compared_as_they_are_on_the_wire() -> None:
    street = Pattern("/straße/<int:n>/", "/straße/(?P<n>[0-9]+)/", "/straße/7/", "", PLAIN)
    for path in ({"pattern": "/stra%C3%9Fe/<int:n>/"}, {"prefix": "/stra%C3%9Fe/"}):
        declared = route(path)
        (found,) = coverage([street], declared, Snapshot(1, False, {"homes": standing("cutover")}))
        assert found.words() == "homes (cutover)"
        assert unmatched(declared, [street]) == []
    assert unmatched(route({"exact": "/stra%C3%9Fe/7/"}), [street]) == []
    assert unmatched(route({"exact": "/strasse/7/"}), [street])


def test_a_pattern_of_alternatives_is_covered_by_a_path_that_fits_it() -> None:
    found = covered(route({"regex": "/(?:a|feed)/.*"}), standing("cutover"))
    assert found["/^(?:feed|news)/(?P<kind>rss|atom)$"].words() == "homes (cutover)"
    assert found["/^(?:feed|news)/(?P<kind>rss|atom)$"].pattern.example == "/feed/rss"


def test_where_no_path_is_found_it_says_so() -> None:
    (odd,) = (p for p in PATTERNS if "odd" in p.written)
    (found,) = coverage([odd], route({"prefix": "/odd/"}), Snapshot(1))
    assert (found.words(), found.to_json()["example"]) == (UNTOLD, "")
