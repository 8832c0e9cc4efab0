"""The reviewed file: what it says is what the gateway does, and each mistake is one line."""

import datetime
import tomllib
from pathlib import Path as File
from typing import Any

import pytest

from strangler import routes
from strangler.fields import DeclarationError
from strangler.routes import Match, Path
from strangler.stages import standing

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
    search, *_ = routes.load(FILE)
    shared = (Path(Match.EXACT, "/search"), Path(Match.EXACT, "/api/v1/search"))
    assert search.paths[:2] == shared
    # All else lies below these, where the monolith has nothing.
    assert all(path.value.startswith(("/search/", "/api/v1/search/")) for path in search.paths[2:])
    assert search.methods == ("GET", "HEAD")
    assert search.start == standing("canary", 0, ["pilot"])
    assert all(accepted.reason for accepted in search.accepted)


@pytest.mark.parametrize(
    ("path", "is_claimed"),
    [
        *(("/search", True), ("/api/v1/search/suggestions", True), ("/search/scripts/x.js", True)),
        *(("/api/v1/search/similar/12", True), ("/api/v1/search/clusters", True)),
        *(("/search/", False), ("/api/v1/search/x", False), ("/saved/searches/new", False)),
    ],
)
def test_what_only_the_service_has_moves_with_its_page(path: str, is_claimed: bool) -> None:
    search, *_ = routes.load(FILE)
    assert search.claims("GET", path) == is_claimed
    assert not search.claims("POST", path)


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
        ({"paths": [{"glob": "/s*"}]}, "write a path as"),
        ({"paths": [{"pattern": "/<year:y>"}]}, "route search: pattern '/<year:y>': unknown"),
        ({"hosts": ["Homes.example:80"]}, "host 'Homes.example:80' must be a name in lower case"),
        ({"hosts": "homes.example"}, "hosts must be a list"),
        ({"access": "append"}, "access 'append' must be read or write"),
        ({"guard": ""}, "guard must say something"),
        ({"timeouts": {"patience": 3, "total": 2}}, "patience not above total"),
        ({"timeouts": {"total": 1}}, "patience not above total"),
        ({"timeouts": {"patience": 0, "total": 0}}, "patience must be above 0"),
        ({"timeouts": {"patience": "2s"}}, "timeouts.patience must be a number, not '2s'"),
        ({"timeouts": {"connect": 1}}, "timeouts: unknown connect"),
        ({"max_body": -1}, "max_body -1 must be a number of bytes"),
        ({"gates": {"samples": -1}}, "gates.samples must be a number"),
        ({"expires": "soon"}, "expires 'soon' must be a date"),
        ({"paths": [{"exact": "search"}]}, "'search' is not a path"),
        ({"paths": [{"exact": "/s?q=1"}]}, "is not a path"),
        ({"paths": [{"prefix": "/api"}]}, "must end with /"),
        ({"start": {"stage": "live"}}, "unknown stage 'live': use one of monolith, shadow"),
        ({"start": {"stage": "cutover", "percent": 5}}, "a percent belongs to canary"),
        ({"start": {"stage": "canary", "percent": 101}}, "percent must be from 0 to 100"),
        ({"start": {"stage": "canary", "groups": ["a,b"]}}, "without commas"),
        ({"start": {}}, "start must name a stage"),
        ({"start": {"stage": "canary", "users": 42}}, "users must be"),
        ({"start": {"stage": "canary", "until": "soon"}}, "until 'soon' must be a time"),
        ({"note": " "}, "note must say something"),
        ({"colour": "red"}, "unknown colour"),
        ({"accepted": [{"difference": "x"}]}, "a difference and a reason"),
    ],
)
def test_each_mistake_is_one_clear_line(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DeclarationError) as error:
        routes.parse({"route": [entry(**changes)]})
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_two_routes_with_one_id_are_refused() -> None:
    with pytest.raises(DeclarationError, match="route search is declared twice"):
        routes.parse({"route": [entry(), entry(paths=[{"exact": "/other"}])]})


def test_everything_that_may_be_said_is_read() -> None:
    said = entry(
        hosts=["homes.example"],
        access="read",
        guard="answers 425 when behind",
        timeouts={"patience": 0.5, "total": 5},
        max_body=1000,
        gates={"samples": 3000, "parity_percent": 99.9},
        expires=datetime.date(2030, 1, 31),
    )
    (route,) = routes.parse({"route": [said]})
    assert (route.hosts, route.max_body) == (("homes.example",), 1000)
    assert route.timeouts == routes.Timeouts(0.5, 5)
    assert route.gates == routes.Gates(samples=3000, parity_percent=99.9)
    assert (route.guard, str(route.expires)) == ("answers 425 when behind", "2030-01-31")


@pytest.mark.parametrize(
    ("access", "safe"), [("read", ("GET", "POST")), ("write", ()), (None, ("GET",))]
)
def test_what_a_request_does_may_be_said_where_its_method_does_not_tell(
    access: str | None, safe: tuple[str, ...]
) -> None:
    (route,) = routes.parse({"route": [entry(access=access)]})
    assert route.safe_methods == safe
    assert set(route.unsafe_methods) == set(route.methods) - set(safe)


def test_a_file_that_is_away_or_no_toml_is_one_line(tmp_path: File) -> None:
    with pytest.raises(DeclarationError, match="no such file"):
        routes.load(tmp_path / "routes.toml")
    (tmp_path / "routes.toml").write_text("[[route")
    with pytest.raises(DeclarationError, match="routes.toml: ") as error:
        routes.load(tmp_path / "routes.toml")
    assert isinstance(error.value.__cause__, tomllib.TOMLDecodeError)


def test_links_of_letters_lead_to_their_service_from_the_first_on() -> None:
    _, pages, links, reports = routes.load(FILE)

    assert {route.start.stage for route in (pages, links, reports)} == {"cutover"}
    assert links.claims("POST", "/unsubscribe/n/7.price:signed")
    # The monolith's own links have one part, and no route claims them.
    assert not any(route.claims("GET", "/unsubscribe/token/") for route in routes.load(FILE))
