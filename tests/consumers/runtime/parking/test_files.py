"""Decisions about records that are parked in a SQLite file, and about a consumer that is halted."""

import pytest
from django.core.management import call_command
from pytest_django import Settings

from consumers.runtime.failures.database_halts import DatabaseHalts
from consumers.runtime.models import Decision, ParkedRecord
from tests.consumers.runtime.parking.facts import flawed


@pytest.mark.usefixtures("parked_in_file")
def test_decisions_reach_the_running_consumer(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    line = flawed(settings)
    call_command("dlq", "list")
    assert "facts/0/0  7    dead" in capsys.readouterr().out
    call_command("dlq", "redrive", "--actor", "ann")
    line.loop.turn()
    assert ParkedRecord.objects.get(state="dead").attempts == 1
    call_command("dlq", "discard", "--place", "facts/0/0", "--actor", "ann", "--reason", "void")
    assert line.applied(3) == [b"8 a", b"7 b", b"7 c"]
    assert [each.verb for each in Decision.objects.all()] == ["discard", "redrive"]


@pytest.mark.usefixtures("parked_in_file")
def test_a_halt_reaches_the_running_consumer_and_so_does_its_end(settings: Settings) -> None:
    line = flawed(settings)
    DatabaseHalts("facts").halt("too many are poison")
    line.world.append(0, b"9 a", b"9")
    line.loop.turn()
    assert line.loop.progress.unready().startswith("halted since")
    call_command("resume", "--actor", "ann", "--reason", "mended")
    assert line.applied(2) == [b"8 a", b"9 a"]
