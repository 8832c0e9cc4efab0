"""Moving flags: as routes are, by command and API, audited and never over somebody else."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from strangler.audience import NOBODY, audience
from strangler.control import flagging, services
from strangler.control.ledger import Author, Outdated, Refused, find
from strangler.control.models import FlagChange
from strangler.declared import Flag
from strangler.envoy.configuration import Configuration
from strangler.envoy.files import KILL_SWITCH
from strangler.provider import Rule, rules

pytestmark = [
    pytest.mark.django_db(databases=["default", "strangler"]),
    pytest.mark.urls("strangler.control.urls"),
]

ANNA = Author("anna", "first users")


@pytest.fixture
def typos(config: Configuration) -> Flag:
    return find("flag", config.flags(config.routes()), "search-typos")


def test_a_move_is_kept_announced_and_what_is_not_named_stays(typos: Flag) -> None:
    flagging.set_flag(typos, ANNA, percent=5, groups=["pilot"])
    reached = flagging.set_flag(typos, ANNA, percent=10, expected_revision=1)
    assert reached.after == audience(10, ["pilot"])
    now = services.snapshot()
    assert (now.audience(typos), now.revision) == (reached.after, reached.revision)
    assert flagging.set_flag(typos, ANNA, percent=10).revision == 0
    changes = FlagChange.objects.order_by("id")
    assert [(change.who, change.before["percent"]) for change in changes] == [
        ("anna", "0"),
        ("anna", "5"),
    ]


def test_a_wish_that_cannot_be_changes_nothing(typos: Flag) -> None:
    with pytest.raises(Refused, match="percent must be from 0 to 100"):
        flagging.set_flag(typos, ANNA, percent=500)
    with pytest.raises(Refused, match="say why"):
        flagging.set_flag(typos, Author("anna", " "), percent=5)
    with pytest.raises(Outdated, match="at revision 0, not 3"):
        flagging.set_flag(typos, ANNA, percent=5, expected_revision=3)
    with pytest.raises(Refused, match="nobody has moved search-typos yet"):
        flagging.undo(typos, ANNA)
    flagging.set_flag(typos, ANNA, percent=5, dry_run=True)
    assert flagging.current(typos) == (NOBODY, 0)


def test_the_commands_tell_what_is_true(
    capsys: pytest.CaptureFixture[str], config: Configuration
) -> None:
    def run(*words: str) -> str:
        call_command("flags", *words)
        return capsys.readouterr().out

    moved = ("set", "search-typos", "--percent", "10", "--staff", "yes", "--reason", "try")
    assert "would be on for staff and 10 % of users" in run(*moved, "--dry-run")
    assert "search-typos: on for staff and 10 % of users" in run(*moved)
    assert "nothing was changed" in run(*moved)
    assert "search-typos                 on for staff and 10 %" in run("list")
    assert "staff and 10 % of users (try)" in run("show", "search-typos")
    (change,) = json.loads(run("show", "search-typos", "--json"))["history"]
    assert change["reason"] == "try"
    assert "on for 0 % of users" in run("undo", "search-typos", "--reason", "no")
    assert len(json.loads(run("list", "--json"))["flags"]) == len(config.flags(()))
    with pytest.raises(CommandError, match="unknown flag 'nope'; declared: search-typos"):
        run("show", "nope")


def test_a_flag_that_should_be_gone_fails_the_check(
    capsys: pytest.CaptureFixture[str], config: Configuration, settings: Settings, tmp_path: Path
) -> None:
    call_command("flags", "check")
    assert "flags, no error" in capsys.readouterr().out
    file = tmp_path / "flags.toml"
    file.write_text('[[flag]]\nid = "old"\nowner = "x"\nnote = "x"\nexpires = 2020-01-31\n')
    settings.STRANGLER = replace(config, flags_file=file)
    with pytest.raises(CommandError, match="1 of 1 flags should be gone by now") as error:
        call_command("flags", "check")
    assert error.value.returncode == 1
    assert "error: old: expired on 2020-01-31" in capsys.readouterr().out
    call_command("flags", "list")
    assert "old                          on for 0 % of users (expired)" in capsys.readouterr().out


def test_the_api_does_the_same(config: Configuration) -> None:
    user = get_user_model().objects.create(username="anna", is_staff=True)
    staff = APIClient()
    staff.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=user).key}")
    path = "/api/flags/search-typos"
    body = {"percent": "5", "users": ["42"], "reason": "try", "revision": 0}
    assert APIClient().post(f"{path}/audience", body, format="json").status_code in (401, 403)
    moved = staff.post(f"{path}/audience", body, format="json").json()
    assert (moved["percent"], moved["users"], moved["revision"]) == ("5", ["42"], 1)
    assert (moved.pop("before")["percent"], moved.pop("after")["percent"]) == ("0", "5")
    assert moved == APIClient().get(path).json()
    assert staff.post(f"{path}/audience", body, format="json").status_code == 409
    assert staff.post(f"{path}/undo", {"reason": "no"}, format="json").json()["percent"] == "0"
    assert len(staff.get(f"{path}/history").json()["changes"]) == 2
    assert len(staff.get("/api/flags").json()["flags"]) == len(config.flags(()))
    assert staff.get("/api/flags/nope").status_code == 404


def test_what_is_published_is_told_over_http_and_only_when_it_changed(
    config: Configuration, typos: Flag
) -> None:
    def told(version: str = "") -> Any:
        return APIClient().get("/api/flags.json", headers={"If-None-Match": version})

    first = told()
    assert Rule.of("search-typos", NOBODY) == rules(first.content.decode())["search-typos"]
    assert told(first["ETag"]).status_code == 304
    flagging.set_flag(typos, ANNA, percent=5)
    second = told(first["ETag"])
    assert rules(second.content.decode())["search-typos"].share == 500
    assert rules(second.content.decode())["search"].groups == {"pilot"}
    # The switch that works without a database is heeded where its folder is seen.
    config.folder.mkdir()
    (config.folder / KILL_SWITCH).touch()
    assert not rules(told(second["ETag"]).content.decode())["search"].groups
