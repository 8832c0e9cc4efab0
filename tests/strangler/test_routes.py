"""The reviewed file: what it says is what the gateway does, and each mistake is one line."""

import tomllib
from decimal import Decimal
from pathlib import Path as File
from typing import Any

import pytest

from strangler import routes
from strangler.routes import Match, Path
from strangler.stages import Stage, Standing

FILE = File(routes.__file__).with_name("routes.toml")


def entry(**changes: Any) -> dict[str, Any]:
    good = {
        "id": "search",
        "owner": "search",
        "note": "homes",
        "methods": ["GET", "POST"],
        "paths": [{"exact": "/search"}],
        "service": "search",
        "flag": "search",
        "start": {"stage": "monolith"},
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def test_the_projects_own_file_starts_search_with_its_pilot_users() -> None:
    (search,) = routes.load(FILE)
    shared = (Path(Match.EXACT, "/search"), Path(Match.EXACT, "/api/v1/search"))
    assert search.paths[:2] == shared
    # All else lies below these, where the monolith has nothing.
    assert all(path.value.startswith(("/search/", "/api/v1/search/")) for path in search.paths[2:])
    assert search.methods == ("GET", "HEAD")
    assert search.start == Standing(Stage.CANARY, Decimal(0), ("pilot",))
    assert all(accepted.reason for accepted in search.accepted)


def test_safe_and_unsafe_methods_are_told_apart() -> None:
    (route,) = routes.parse({"route": [entry()]})
    assert (route.safe_methods, route.unsafe_methods) == (("GET",), ("POST",))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"owner": None, "flag": None}, "route search: flag, owner missing"),
        ({"id": "Search!"}, "route Search!: id 'Search!' must be lower-case"),
        ({"methods": []}, "methods must be a list of at least one"),
        ({"methods": ["FETCH"]}, "unknown method 'FETCH'"),
        ({"paths": []}, "paths must be a list of at least one"),
        ({"paths": ["/search"]}, "write a path as"),
        ({"paths": [{"regex": "/s.*"}]}, "write a path as"),
        ({"paths": [{"exact": "search"}]}, "'search' is not a path"),
        ({"paths": [{"exact": "/s?q=1"}]}, "is not a path"),
        ({"paths": [{"prefix": "/api"}]}, "must end with /"),
        ({"start": {"stage": "live"}}, "unknown stage 'live': use one of monolith, shadow"),
        ({"start": {"stage": "cutover", "percent": 5}}, "a percent belongs to canary"),
        ({"start": {"stage": "canary", "percent": 101}}, "percent must be from 0 to 100"),
        ({"start": {"stage": "canary", "groups": ["a,b"]}}, "without commas"),
        ({"start": {}}, "start must name a stage"),
        ({"note": " "}, "note must say something"),
        ({"colour": "red"}, "unknown colour"),
        ({"accepted": [{"difference": "x"}]}, "a difference and a reason"),
    ],
)
def test_each_mistake_is_one_clear_line(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(routes.RoutesError) as error:
        routes.parse({"route": [entry(**changes)]})
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_two_routes_with_one_id_are_refused() -> None:
    with pytest.raises(routes.RoutesError, match="route search is declared twice"):
        routes.parse({"route": [entry(), entry(paths=[{"exact": "/other"}])]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"exact": "/a/b"}, {"exact": "/a/b"}),
        ({"exact": "/a/b"}, {"prefix": "/a/"}),
        ({"prefix": "/a/"}, {"exact": "/a/b"}),
        ({"prefix": "/a/"}, {"prefix": "/a/b/"}),
    ],
)
def test_two_routes_never_claim_one_request(one: dict[str, str], other: dict[str, str]) -> None:
    pair = [entry(paths=[one]), entry(id="other", paths=[other])]
    with pytest.raises(routes.RoutesError, match="is claimed by search too"):
        routes.parse({"route": pair})
    pair[1]["methods"] = ["DELETE"]
    assert len(routes.parse({"route": pair})) == 2


def test_a_file_that_is_away_or_no_toml_is_one_line(tmp_path: File) -> None:
    with pytest.raises(routes.RoutesError, match="no such file"):
        routes.load(tmp_path / "routes.toml")
    (tmp_path / "routes.toml").write_text("[[route")
    with pytest.raises(routes.RoutesError, match="routes.toml: ") as error:
        routes.load(tmp_path / "routes.toml")
    assert isinstance(error.value.__cause__, tomllib.TOMLDecodeError)
