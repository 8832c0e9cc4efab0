"""Gates on the whole way: a real Envoy counts, and the command moves a route or says why not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from stack.readiness import wait
from strangler.control.models import RouteChange
from tests.strangler.envoy.test_agent import configuration

pytestmark = [
    pytest.mark.stack,
    pytest.mark.django_db(databases=["default", "strangler"]),
]

ROUTE = """
[[route]]
id = "search"
owner = "search"
note = "A list."
methods = ["GET"]
paths = [{ exact = "/search" }]
service = "search"
flag = "search"
start = { stage = "canary", percent = 50 }
gates = { samples = 40, error_percent = 10 }
"""


@pytest.fixture
def asked(site: Any, settings: Settings, tmp_path: Path) -> Any:
    """The site, whose route has gates."""
    file = tmp_path / "routes.toml"
    file.write_text(ROUTE)
    settings.STRANGLER = replace(configuration(site), routes_file=file)
    return site


def move(*more: str) -> None:
    call_command("route", "set", "search", "--stage", "cutover", "--reason", "all", *more)


def verdicts(output: pytest.CaptureFixture[str]) -> dict[str, str]:
    output.readouterr()
    call_command("route", "show", "search", "--json")
    judged = json.loads(output.readouterr().out)["judged"]
    return {gate["gate"]: gate["verdict"] for gate in judged}


def test_a_route_moves_on_once_enough_was_answered_without_errors(
    asked: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=r"gate samples \d+, not met \(at least 40\); force it"):
        move("--dry-run")
    for _ in range(40):
        asked.client.get("/search")
    # That it is behind is no error.
    asked.search.status = 425
    for _ in range(10):
        assert asked.client.get("/search").text == "monolith"
    good = {"samples": "met", "error_percent": "met"}
    assert wait(lambda: verdicts(capsys) == good, 20)
    move("--dry-run")
    asked.search.status = 500
    for _ in range(4):
        asked.client.get("/search")
    asked.search.status = 503
    for _ in range(4):
        asked.client.get("/search")
    assert wait(lambda: verdicts(capsys) == good | {"error_percent": "not met"}, 20)
    with pytest.raises(CommandError, match="gate error_percent [0-9.]+, not met"):
        move()
    call_command("route", "show", "search")
    said = capsys.readouterr().out
    assert "4 with an error" in said
    assert "10 while it was behind" in said
    move("--force")
    (overridden,) = RouteChange.objects.get().overridden
    assert overridden.startswith("gate error_percent")
