"""Turns by files: noted once, kept over restarts, forgotten when told."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strangler.envoy.files import KILL_SWITCH, KILL_SWITCHES
from strangler.envoy.switches import NOTED_FILE, Switches, Turn

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)
LATER = "2030-01-31T12:00:01+00:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / KILL_SWITCHES).mkdir()
    return tmp_path


def throw(file: Path, words: str = "") -> None:
    file.write_text(words)
    os.utime(file, (NOON.timestamp(), NOON.timestamp()))


def switches(folder: Path) -> Switches:
    return Switches(folder, lambda: datetime.fromisoformat(LATER))


def test_each_turn_is_noted_once_with_its_time_and_reason(folder: Path) -> None:
    noting = switches(folder)
    throw(folder / KILL_SWITCH, " fire\n")
    throw(folder / KILL_SWITCHES / "search")
    noting.note()
    noting.note()
    (folder / KILL_SWITCH).unlink()
    noting.note()
    assert noting.untold() == [
        Turn(NOON.isoformat(), "", True, "fire"),
        Turn(NOON.isoformat(), "search", True, "the file says nothing"),
        Turn(LATER, "", False, "the file is gone"),
    ]


def test_a_switch_that_cannot_be_read_is_noted_as_well(folder: Path) -> None:
    (folder / KILL_SWITCHES / "search").mkdir()
    noting = switches(folder)
    noting.note()
    assert [turn.reason for turn in noting.untold()] == ["the file cannot be read"]


def test_what_is_told_is_forgotten_and_what_is_not_outlives_the_process(folder: Path) -> None:
    throw(folder / KILL_SWITCH)
    switches(folder).note()
    again = switches(folder)
    again.note()
    assert len(again.untold()) == 1
    again.tell(again.untold())
    last = switches(folder)
    last.note()
    assert last.untold() == []


def test_a_spoiled_note_is_begun_anew(folder: Path) -> None:
    (folder / NOTED_FILE).write_text("{")
    throw(folder / KILL_SWITCH)
    noting = switches(folder)
    noting.note()
    assert len(noting.untold()) == 1
