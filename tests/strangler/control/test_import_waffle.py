"""`flags import-waffle`: flags stand as the old site's do, and what cannot be is said."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from strangler.audience import audience
from strangler.control import flagging
from strangler.control.ledger import find
from strangler.control.models import FlagChange
from strangler.envoy.configuration import Configuration

pytestmark = pytest.mark.django_db(databases=["default", "strangler"])

SITE = "tests.strangler.site.waffled"
FLAGS = """
[[flag]]
id = "new-search"
owner = "x"
note = "x"
waffle = "new_search"
start = { until = 2030-01-31T09:00:00Z }

[[flag]]
id = "gone"
owner = "x"
note = "x"
waffle = "gone"
"""
MADE = """
import django
django.setup()
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from waffle.models import Flag
call_command("migrate", verbosity=0)
flag = Flag.objects.create(name="new_search", percent=12.5, staff=True, superusers=True)
flag.groups.add(Group.objects.create(name="pilot"))
flag.users.add(User.objects.create(pk=42, username="anna"))
Flag.objects.create(name="other", everyone=True)
"""


@pytest.fixture
def waffled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAFFLED_DB", str(tmp_path / "waffled.sqlite3"))
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": SITE}
    subprocess.run([sys.executable, "-c", MADE], env=surroundings, check=True)


@pytest.fixture
def declared(tmp_path: Path, config: Configuration, settings: Settings) -> Configuration:
    file = tmp_path / "flags.toml"
    file.write_text(FLAGS)
    settings.STRANGLER = replace(config, flags_file=file)
    assert isinstance(settings.STRANGLER, Configuration)
    return settings.STRANGLER


@pytest.mark.usefixtures("waffled")
def test_flags_are_kept_in_step(
    capsys: pytest.CaptureFixture[str], declared: Configuration
) -> None:
    call_command("flags", "import-waffle", "--site", SITE, "--dry-run")
    assert "new-search: would be on for" in capsys.readouterr().out
    assert not FlagChange.objects.exists()

    for _ in range(2):
        call_command("flags", "import-waffle", "--site", SITE)

    said = capsys.readouterr().out
    assert 'other: not declared; a flag of flags.toml takes it by waffle = "other"' in said
    assert "gone: the site has no waffle flag gone; it stays as it is" in said
    assert "new-search: left out: superusers go first" in said
    flag = find("flag", declared.flags(()), "new-search")
    assert flagging.current(flag) == (
        audience("12.5", ["pilot"], staff=True, users=[42], until="2030-01-31T09:00Z"),
        1,
    )
    assert FlagChange.objects.get().reason == "kept in step with waffle"


def test_a_site_without_waffle_is_one_clear_line(declared: Configuration) -> None:
    with pytest.raises(CommandError, match=r"cannot be read: .*waffle is not in its INSTALLED"):
        call_command("flags", "import-waffle", "--site", "monolith.settings")
