"""The table in lists: each path finds the same entries in the same order, and few others."""

from typing import Any

import pytest

from strangler.envoy.index import indexed

EVERYTHING = {"prefix": "/"}


def lists(*matches: dict[str, Any]) -> dict[str, list[int]]:
    """Return the numbers of the entries in each list."""
    routes = [{"name": str(number), "match": match} for number, match in enumerate(matches)]
    table = {"name": "x", "virtual_hosts": [{"name": "x", "domains": ["*"], "routes": routes}]}
    (host,) = indexed(table)["virtual_hosts"]
    assert "routes" not in host
    found = host["matcher"]["matcher_tree"]["prefix_match_map"]["map"]
    return {
        key: [int(entry["name"]) for entry in each["action"]["typed_config"]["routes"]]
        for key, each in found.items()
    }


def regex(text: str) -> dict[str, Any]:
    return {"safe_regex": {"regex": text}}


def test_a_list_has_whatever_could_fit_in_the_tables_order() -> None:
    assert lists(
        {"path": "/homes/new"}, {"prefix": "/homes/"}, {"path": "/search"}, EVERYTHING
    ) == {
        "/homes/new": [0, 1, 3],
        "/homes/": [1, 3],
        "/search": [2, 3],
        "/": [3],
    }


@pytest.mark.parametrize(
    ("expression", "beginning"),
    [
        ("/homes/[0-9]+/", "/homes/"),
        (r"/a\.b/.*", "/a.b/"),
        ("/homes/?", "/homes"),
        ("/ab*", "/a"),
        ("/ab+", "/ab"),
        ("/ab{0,2}", "/a"),
        ("/a(b|c)", "/a"),
        ("/a(?:/|%2[fF]).*", "/a"),
        (r"/a\d", "/a"),
        ("/a[(|]b", "/a"),
    ],
)
def test_an_expression_begins_as_far_as_it_says_one_thing(expression: str, beginning: str) -> None:
    assert lists(regex(expression), EVERYTHING) == {beginning: [0, 1], "/": [1]}


@pytest.mark.parametrize("expression", ["/a|/b", "/a(b)|/c", "(?i)/a", ".*", "(/a|/b)"])
def test_what_could_begin_anyhow_is_in_every_list(expression: str) -> None:
    assert lists({"path": "/z"}, regex(expression), EVERYTHING) == {"/z": [0, 1, 2], "/": [1, 2]}
