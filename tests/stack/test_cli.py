"""Every command answers a mistake with one clear line and a non-zero exit."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from stack import addresses, up
from stack.cli import main
from stack.environment import ROOT, absence
from stack.layout import Layout
from tests.running_stack import Stack


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the commands away from a stack that somebody runs."""
    monkeypatch.setenv("BANYAN_HOME", str(tmp_path))
    monkeypatch.setenv("PORTS", "auto")
    return tmp_path


@pytest.mark.parametrize("words", [["start", "redis"], ["stop", "redis"], ["restart", "redis"]])
def test_a_command_for_a_running_stack_says_when_there_is_none(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 1
    assert capsys.readouterr().err == f"{absence()}\n"


def test_stopping_what_does_not_run_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["down"]) == 0
    assert capsys.readouterr().out == f"{absence()}\n"


def test_the_status_of_a_stopped_stack_is_not_ready_and_says_where_it_looked(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status"]) == 1
    told = capsys.readouterr().out
    assert "gateway                stopped" in told
    assert f"No stack runs in {home}: start it with `make up`" in told


def test_a_journey_without_a_stack_names_the_hop(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journey", "--json"]) == 1
    assert '"stopped_at": "committed (' in capsys.readouterr().out
    assert main(["journey"]) == 1
    assert absence() in capsys.readouterr().out


@pytest.mark.parametrize("side", ["notifications status", "cdc doctor"])
def test_a_command_of_a_side_without_a_stack_says_how_to_start_one(home: Path, side: str) -> None:
    told = subprocess.run(
        [sys.executable, "manage.py", *side.split()],
        env={"PATH": "/usr/bin:/bin", "BANYAN_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1
    assert f"No stack runs in {home}" in told.stderr


def test_what_to_type_next_names_the_folder_that_was_chosen(home: Path) -> None:
    told = addresses.text(up.chosen_ports(Layout.current()))
    assert f"Next: BANYAN_HOME={home} .venv/bin/python manage.py stack journey" in told


def test_an_unknown_service_is_answered_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["logs", "teapot"]) == 1
    assert "'teapot'" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["dance"], ["up", "--only"], ["logs"]])
def test_a_wrong_word_is_answered_with_the_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)

    assert end.value.code == 2
    assert "usage: manage.py stack" in capsys.readouterr().err


def test_cleaning_removes_the_runs_folder(home: Path) -> None:
    (home / "log").mkdir()

    assert main(["clean"]) == 0
    assert not home.exists()


def test_a_start_on_a_taken_port_leaves_nothing_running(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    with socket.socket() as other:
        stack.try_manage("stack", "status")
        other.bind(("127.0.0.1", int(stack.url("redis").rsplit(":", 1)[1].rstrip("/"))))
        other.listen()

        failed = stack.try_manage("stack", "up", "--detach", "--only", "redis")

    assert failed.returncode == 1
    assert "wanted for redis, is taken" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert {row["state"] for row in stack.status()["services"].values()} == {"stopped"}
