"""A SQLite file for parked records, as beside a read model without transactions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django import Settings


class Elsewhere:
    """Keeps everything in the database ``parked``."""

    def db_for_read(self, *_: Any, **__: Any) -> str:
        return "parked"

    db_for_write = db_for_read


@pytest.fixture
def parked_in_file(django_db_blocker: Any, settings: Settings, tmp_path: Path) -> Iterator[None]:
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "parked.sqlite3"}
    made = connections.configure_settings({"default": {}, "parked": file})
    connections.settings["parked"] = made["parked"]
    settings.DATABASE_ROUTERS = [Elsewhere()]
    with django_db_blocker.unblock():
        call_command("migrate", "runtime", database="parked", verbosity=0)
        yield
        connections["parked"].close()
    del connections["parked"], connections.settings["parked"]
