"""What a reviewer is told about routes taken together."""

import datetime
from typing import Any

import pytest

from strangler import routes
from strangler.fields import DeclarationError
from strangler.routes.checks import findings

TODAY = datetime.date(2030, 1, 31)


def entry(name: str, *paths: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {
        **{"id": name, "owner": name, "note": name, "service": name, "flag": name},
        **{"methods": ["GET"], "start": {"stage": "monolith"}},
        "paths": list(paths),
        **changes,
    }


def told(*entries: dict[str, Any]) -> list[str]:
    return [str(f) for f in findings(routes.parse({"route": list(entries)}), TODAY)]


def test_routes_that_have_nothing_in_common_need_no_word() -> None:
    assert told(entry("a", {"exact": "/a"}), entry("b", {"pattern": "/b/<int:pk>"})) == []


def test_an_overlap_is_explained_by_who_comes_first() -> None:
    one, other = entry("a", {"exact": "/a/new"}), entry("b", {"pattern": "/a/<slug>"})
    assert told(one, other) == [
        "note: b: GET /a/<slug> overlaps /a/new of a, which comes first and answers what fits both"
    ]
    assert told({**one, "hosts": ["x.example"]}, {**other, "hosts": ["y.example"]}) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"exact": "/a/b"}, {"exact": "/a/b"}),
        ({"prefix": "/a/"}, {"exact": "/a/b"}),
        ({"prefix": "/a/"}, {"prefix": "/a/b/"}),
        ({"prefix": "/a/"}, {"pattern": "/a/<int:pk>"}),
    ],
)
def test_a_route_that_nothing_can_reach_is_refused(
    one: dict[str, str], other: dict[str, str]
) -> None:
    with pytest.raises(DeclarationError, match="is claimed by a too, which comes first"):
        told(entry("a", one), entry("b", other))
    assert told(entry("a", one, hosts=["x.example"]), entry("b", other))
    assert told(entry("a", one, methods=["HEAD"]), entry("b", other)) == []


def test_a_route_that_should_be_gone_is_an_error() -> None:
    assert told(entry("a", {"exact": "/a"}, expires=TODAY)) == [
        "error: a: expired on 2030-01-31: retire it, or move the date with a reason"
    ]
    assert told(entry("a", {"exact": "/a"}, expires=TODAY + datetime.timedelta(1))) == []


def test_a_writer_whose_pages_are_read_elsewhere_needs_a_guard() -> None:
    writer = entry("a", {"exact": "/a"}, methods=["POST"])
    (words,) = told(writer)
    assert words.startswith("error: a: POST /a is written by a but read from elsewhere")
    assert told({**writer, "guard": "answers 425 when behind"}) == []
    assert told({**writer, "access": "read"}) == []
    reader = entry("pages", {"prefix": "/a/"}, {"exact": "/a"}, service="a")
    assert told(writer, reader) == []


def test_a_gate_that_nobody_measures_is_noted() -> None:
    gates = {"samples": 9, "parity_percent": 99.9, "slower_ms": 5, "lag_seconds": 5}
    assert told(entry("a", {"exact": "/a"}, gates=gates)) == [
        "note: a: nobody measures parity_percent yet: each step up will have to be forced"
    ]


@pytest.mark.parametrize(
    ("first", "is_told"),
    [
        # Another service's page that comes first, and fits some of what is written.
        (entry("b", {"pattern": "/a/<int:pk>"}), True),
        (entry("b", {"pattern": "/a/<int:pk>"}, methods=["DELETE"], guard="425"), False),
        (entry("b", {"pattern": "/a/<int:pk>"}, hosts=["y.example"]), False),
        (entry("b", {"pattern": "/a/<int:pk>"}, service="a"), False),
    ],
)
def test_whoever_comes_first_is_who_shows_a_page(first: dict[str, Any], is_told: bool) -> None:
    writer = entry("a", {"prefix": "/a/"}, methods=["POST"], hosts=["x.example"])
    pages = entry("pages", {"prefix": "/a/"}, service="a")
    assert any("read from elsewhere" in words for words in told(first, writer, pages)) is is_told


@pytest.mark.parametrize(
    "changes", [{"hosts": ["x.example"]}, {"methods": ["HEAD"]}, {"access": "write", "guard": "x"}]
)
def test_who_shows_a_page_on_one_host_or_without_its_body_does_not_show_it(
    changes: dict[str, Any],
) -> None:
    writer = entry("a", {"exact": "/a"}, methods=["POST"])
    pages = entry("pages", {"exact": "/a"}, service="a")
    assert told(writer, pages) == []
    (words,) = told(writer, {**pages, **changes})
    assert words.startswith("error: a: POST /a is written by a but read from elsewhere")
