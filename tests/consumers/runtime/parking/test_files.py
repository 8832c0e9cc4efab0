"""Decisions about records that are parked in a SQLite file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django import Settings

from consumers.runtime.models import Decision, ParkedRecord
from tests.consumers.runtime.parking.facts import flawed


class Elsewhere:
    """Keeps everything in the database ``parked``."""

    def db_for_read(self, *_: Any, **__: Any) -> str:
        return "parked"

    db_for_write = db_for_read


@pytest.fixture
def _file(django_db_blocker: Any, settings: Settings, tmp_path: Path) -> Iterator[None]:
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "parked.sqlite3"}
    made = connections.configure_settings({"default": {}, "parked": file})
    connections.settings["parked"] = made["parked"]
    settings.DATABASE_ROUTERS = [Elsewhere()]
    with django_db_blocker.unblock():
        call_command("migrate", "runtime", database="parked", verbosity=0)
        yield
        connections["parked"].close()
    del connections["parked"], connections.settings["parked"]


@pytest.mark.usefixtures("_file")
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
