"""The commands: plain words when it went well, one line and exit 1 when it did not."""

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from pytest_django import Settings

from strangler.control import feed, ledger, services
from strangler.control.models import GatewayState
from strangler.envoy.clusters import Address
from strangler.envoy.configuration import Configuration
from strangler.envoy.files import KILL_SWITCH
from strangler.envoy.switches import Turn

pytestmark = [
    pytest.mark.django_db(databases=["default", "strangler"]),
    pytest.mark.usefixtures("config"),
]

Output = pytest.CaptureFixture[str]


def run(output: Output, *words: str) -> str:
    call_command(*words)
    return output.readouterr().out


def test_set_says_what_is_now_true_and_that_nobody_acts_on_it(capsys: Output) -> None:
    said = run(capsys, "route", "set", "search", "--stage", "canary", "--percent", "10",
               "--reason", "first users")  # fmt: skip
    assert 'the service answers the group "pilot" and 10 % of users' in said
    assert "saved; the agent is not running, it will take effect when it starts" in said


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("live", "live at the gateway"),
        ("away", "the gateway does not answer, it will take effect when it starts"),
        ("refused", "the gateway refused it and goes on as before"),
    ],
)
def test_set_waits_for_the_agents_word(capsys: Output, answer: str, words: str) -> None:
    with feed.opened() as agent:
        GatewayState.objects.create(pk=ledger.ONLY)
        agent.acknowledge(1, answer)  # type: ignore[arg-type]
        try:
            said = run(capsys, "route", "set", "search", "--stage", "cutover", "--reason", "x")
        except CommandError as error:
            said = str(error)
    assert words in said


def test_list_and_show_tell_people_and_programs_the_same(capsys: Output) -> None:
    run(capsys, "route", "set", "search", "--stage", "cutover", "--reason", "all", "--who", "anna")
    listed, *_ = json.loads(run(capsys, "route", "list", "--json"))["routes"]
    shown = json.loads(run(capsys, "route", "show", "search", "--json"))
    (change,) = shown.pop("history")
    # The gateway is away, so nobody knows.
    assert (shown.pop("answers"), shown.pop("judged")) == (None, [])
    assert listed == shown
    assert (listed["stage"], change["who"], change["reason"]) == ("cutover", "anna", "all")
    assert "the service answers everybody" in run(capsys, "route", "list")
    words = run(capsys, "route", "show", "search")
    assert "anna: canary 0 % +pilot -> cutover (all)" in words


def test_a_dry_run_says_so(capsys: Output) -> None:
    said = run(capsys, "route", "set", "search", "--stage", "cutover", "--reason", "x", "--dry-run")
    assert "nothing was changed" in said
    assert "pilot" in run(capsys, "route", "list")


def test_rollback_and_the_switch_say_what_is_now_true(capsys: Output) -> None:
    run(capsys, "route", "set", "search", "--stage", "cutover", "--reason", "x")
    assert '"pilot"' in run(capsys, "route", "rollback", "search", "--reason", "oh")
    assert "answers everything" in run(capsys, "gateway", "all-to-monolith", "--reason", "fire")
    assert "nothing was changed" in run(capsys, "gateway", "all-to-monolith", "--reason", "fire")
    assert "everything goes to the monolith" in run(capsys, "route", "list")
    assert "as it stands" in run(capsys, "gateway", "resume", "--reason", "out")


def test_those_who_go_first_and_when_are_told_in_words(capsys: Output) -> None:
    canary = ("route", "set", "search", "--stage", "canary", "--reason", "office")
    times = ("--from", "2030-01-31T09:00Z", "--until", "2030-01-31T18:00+01:00")
    said = run(capsys, *canary, "--staff", "yes", "--users", "42,7", *times)
    assert (
        'the service answers the group "pilot", staff and the users 42, 7 '
        "from 2030-01-31 09:00 UTC until 2030-01-31 17:00 UTC; the monolith everybody else"
    ) in said
    said = run(capsys, *canary, "--staff", "no", "--users", "", "--groups", "")
    assert "answers 0 % of users from" in said
    assert '"pilot", staff and' in run(capsys, "route", "undo", "search", "--reason", "back")


def test_one_route_is_closed_and_resumed(capsys: Output) -> None:
    assert "closed, the monolith" in run(capsys, "route", "close", "search", "--reason", "fire")
    assert "nothing was changed" in run(capsys, "route", "close", "search", "--reason", "fire")
    assert "closed, the monolith answers everybody; resumed:" in run(capsys, "route", "list")
    assert '"pilot"' in run(capsys, "route", "resume", "search", "--reason", "out")


def test_every_turn_of_a_switch_is_told_with_who_and_why(capsys: Output) -> None:
    run(capsys, "route", "close", "search", "--reason", "slow", "--who", "anna")
    run(capsys, "gateway", "all-to-monolith", "--reason", "fire", "--who", "bob")
    file = Turn("2020-01-31T12:00:00+00:00", "", True, "by hand")
    services.record([file])
    everything, search, earlier = run(capsys, "gateway", "history").splitlines()
    assert everything.endswith("bob: everything closed (fire)")
    assert search.endswith("anna: search closed (slow)")
    # When it was done counts, not when it was heard of.
    assert earlier.startswith("2020-01-31")
    assert earlier.endswith("file: everything closed (by hand)")


def test_a_testers_token_names_its_route_and_ends(capsys: Output) -> None:
    call_command("route", "tester", "search", "--hours", "1000")
    told = capsys.readouterr()
    claims = jwt.decode(told.out.strip(), options={"verify_signature": False})
    assert (claims["iss"], claims["sides"]) == ("banyan-testers", ",search=service,")
    assert claims["exp"] - claims["iat"] == 24 * 3600
    assert "as header banyan-tester" in told.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("route show nope", "unknown route 'nope'; declared: search"),
        ("route set search --stage live --reason x", "unknown stage 'live'"),
        ("route set search --stage cutover --percent 5 --reason x", "belongs to canary"),
        ("route set search --stage canary --percent 5000 --reason x", "from 0 to 100"),
        ("route set search --stage canary --reason ' '", "say why"),
        ("route set search --stage cutover --reason x --if-revision 7", "at revision 0, not 7"),
        ("route set search --stage cutover", "required: --reason"),
        ("route set search --stage retired --reason x", "retired comes after cutover"),
        ("route undo search --reason x", "nobody has moved search yet"),
        ("route set search --stage canary --from 2030-01-31 --reason x", "must say its zone"),
        ("route rollback search", "required: --reason"),
        ("route rollback search --reason x", "no earlier, safer standing"),
        ("route rollback search --reason x --if-revision 7", "at revision 0, not 7"),
        ("route rollback search --to live --reason x", "unknown stage 'live'"),
        ("route fly search", "invalid choice: 'fly'"),
        ("gateway explode", "invalid choice: 'explode'"),
    ],
)
def test_a_mistake_is_one_clear_line(words: str, complaint: str) -> None:
    with pytest.raises(CommandError) as error:
        call_command(*shlex.split(words))
    assert complaint in str(error.value)
    assert "\n" not in str(error.value).strip()


@pytest.mark.parametrize(
    "words",
    ["route list", "route rollback search --reason x", "gateway resume --reason x", "render"],
)
def test_a_database_that_is_away_is_one_clear_line(words: str) -> None:
    connection = connections["strangler"]
    away = connection.copy()
    away.settings_dict["PORT"] = "1"
    connections["strangler"] = away
    try:
        with pytest.raises(CommandError, match="does not answer: ") as error:
            call_command(*shlex.split(words))
    finally:
        connections["strangler"] = connection
    assert "\n" not in str(error.value)


def test_a_broken_routes_file_is_one_clear_line(config: Configuration, settings: Settings) -> None:
    settings.STRANGLER = replace(config, routes_file=Path("/nowhere/routes.toml"))
    with pytest.raises(CommandError, match="/nowhere/routes.toml: no such file"):
        call_command("route", "list")


def test_identity_keys_are_made_once(capsys: Output, settings: Settings, tmp_path: Path) -> None:
    settings.IDENTITY_PRIVATE_KEY_FILE = str(tmp_path / "new" / "private.pem")
    settings.IDENTITY_PUBLIC_KEY_FILE = str(tmp_path / "new" / "public.pem")
    assert "made" in run(capsys, "identity_keys")
    before = (tmp_path / "new" / "private.pem").read_bytes()
    assert "kept" in run(capsys, "identity_keys")
    assert (tmp_path / "new" / "private.pem").read_bytes() == before
    (tmp_path / "new" / "private.pem").write_text("spoilt")
    settings.IDENTITY_PRIVATE_KEY_FILE = str(tmp_path / "spoilt.pem")
    (tmp_path / "spoilt.pem").write_text("spoilt")
    with pytest.raises(CommandError, match="is not an unencrypted private key"):
        call_command("identity_keys")


def test_identity_keys_are_changed_in_steps(
    capsys: Output, settings: Settings, tmp_path: Path
) -> None:
    settings.IDENTITY_PRIVATE_KEY_FILE = str(tmp_path / "private.pem")
    settings.IDENTITY_PUBLIC_KEY_FILE = str(tmp_path / "public.pem")
    run(capsys, "identity_keys")
    first = run(capsys, "identity_keys", "--list").split()[0]
    following = run(capsys, "identity_keys", "--announce").split()[0]
    assert f"{following} signs" in run(capsys, "identity_keys", "--switch")
    assert f"{first} is trusted no longer" in run(capsys, "identity_keys", "--retire", first)
    assert run(capsys, "identity_keys", "--list").split() == [following]


def test_render_puts_everything_in_place(capsys: Output, config: Configuration) -> None:
    assert "rendered" in run(capsys, "render")
    files: dict[str, Any] = {
        file.name: json.loads(file.read_text()) for file in config.folder.glob("*.*")
    }
    assert files.keys() == {
        *("bootstrap.yaml", "clusters.json", "flags.json", "routes.json", "snapshot.json"),
    }
    (config.folder / KILL_SWITCH).touch()
    run(capsys, "render")
    assert "jwt_authn" not in (config.folder / "routes.json").read_text()


def test_what_envoy_refuses_is_not_put_in_place(config: Configuration, settings: Settings) -> None:
    settings.STRANGLER = replace(config, listen=Address("no-address", 1))
    with pytest.raises(CommandError, match="^Envoy refuses the configuration: malformed IP"):
        call_command("render")
    assert not config.folder.exists()


def test_a_service_without_an_address_is_not_said_to_answer(
    capsys: Output, config: Configuration, settings: Settings
) -> None:
    settings.STRANGLER = replace(config, places={"monolith": config.places["monolith"]})
    assert "service search has no address" in run(capsys, "route", "list")


def test_render_needs_the_public_key(config: Configuration, settings: Settings) -> None:
    settings.STRANGLER = replace(config, public_key_file="/nowhere/public.pem")
    with pytest.raises(CommandError, match="key file /nowhere/public.pem: no such file"):
        call_command("render")
    assert not config.folder.exists()
