"""`routes check` and `routes coverage`: what a reviewer and a planner are told."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from strangler.control import services
from strangler.control.ledger import Author
from strangler.envoy.configuration import Configuration
from strangler.routes import Route

pytestmark = pytest.mark.usefixtures("config")

SAMPLE = "tests.strangler.site.sample"
ROUTES = """
[[route]]
id = "search"
owner = "x"
note = "x"
methods = ["GET", "HEAD"]
paths = [{ pattern = "/homes/<int:pk>/" }, { exact = "/lsited" }]
service = "search"
flag = "search"
start = { stage = "cutover" }
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    file = tmp_path / "routes.toml"
    file.write_text(ROUTES)
    return str(file)


def test_the_projects_own_file_has_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("routes", "check", "--site", "monolith.settings")
    assert "no error" in capsys.readouterr().out


def test_a_slip_in_a_path_is_noted_and_strictly_an_error(
    capsys: pytest.CaptureFixture[str], file: str
) -> None:
    call_command("routes", "check", "--routes", file, "--urlconf", SAMPLE)
    assert "note: search: /lsited is no URL of the site" in capsys.readouterr().out
    with pytest.raises(CommandError, match="1 of 1 findings must be put right"):
        call_command("routes", "check", "--routes", file, "--urlconf", SAMPLE, "--strict")


def test_an_expired_route_fails_the_check(file: str) -> None:
    Path(file).write_text(ROUTES + "expires = 2020-01-31\n")
    with pytest.raises(CommandError, match="1 of 1 findings") as error:
        call_command("routes", "check", "--routes", file)
    assert error.value.returncode == 1


@pytest.mark.django_db(databases=["default", "strangler"])
def test_coverage_tells_people_and_programs_how_far_it_is(
    capsys: pytest.CaptureFixture[str], config: Configuration, search: Route, file: str
) -> None:
    services.set_route(config, search, "cutover", Author("anna", "all"))
    call_command("routes", "coverage", "--routes", file, "--urlconf", SAMPLE)
    said = capsys.readouterr().out
    assert re.search(r"^/homes/<int:pk>/ +search \(cutover\)$", said, re.M)
    assert "monolith  writes: POST  risks: files, messages" in said
    assert "1 of 13 patterns are answered by a service, for some or all: 7.69 % moved" in said
    call_command("routes", "coverage", "--routes", file, "--urlconf", SAMPLE, "--json")
    assert round(json.loads(capsys.readouterr().out)["share_moved"], 2) == 7.69


def test_a_site_must_be_named_and_be_there() -> None:
    with pytest.raises(CommandError, match="name the site: --site its.settings"):
        call_command("routes", "coverage")
    with pytest.raises(CommandError, match="no.settings cannot be read: ModuleNotFoundError"):
        call_command("routes", "coverage", "--site", "no.settings")
