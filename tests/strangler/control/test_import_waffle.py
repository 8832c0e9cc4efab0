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

from strangler.audience import Audience, audience
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
CHANGED = """
import django
django.setup()
from waffle.models import Flag
flag = Flag.objects.filter(name="new_search")
"""
UNTIL = "2030-01-31T09:00Z"


@pytest.fixture
def waffled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAFFLED_DB", str(tmp_path / "waffled.sqlite3"))
    run_in_the_site(MADE)


def run_in_the_site(code: str) -> None:
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": SITE}
    subprocess.run([sys.executable, "-c", code], env=surroundings, check=True)


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


@pytest.mark.usefixtures("waffled")
def test_what_is_changed_in_the_old_sites_admin_is_followed(
    capsys: pytest.CaptureFixture[str], declared: Configuration
) -> None:
    call_command("flags", "import-waffle", "--site", SITE)

    def follow(change: str) -> Audience:
        run_in_the_site(f"{CHANGED}{change}")
        call_command("flags", "import-waffle", "--site", SITE)
        return flagging.current(find("flag", declared.flags(()), "new-search"))[0]

    pilots = audience(50, ["pilot"], users=[42], until=UNTIL)
    assert follow("flag.update(percent=50, staff=False)") == pilots
    assert follow("flag.update(everyone=True)") == audience(100, until=UNTIL)
    assert follow("flag.update(everyone=False)") == audience(0, until=UNTIL)
    assert follow("flag.update(everyone=None)") == pilots
    changes = FlagChange.objects.count()
    # One that is deleted tells no side: who wants it off says so here.
    assert follow("flag.delete()") == pilots
    assert "the site has no waffle flag new_search; it stays" in capsys.readouterr().out
    assert FlagChange.objects.count() == changes == 5


def test_a_site_without_waffle_is_one_clear_line(declared: Configuration) -> None:
    with pytest.raises(CommandError, match=r"cannot be read: .*waffle is not in its INSTALLED"):
        call_command("flags", "import-waffle", "--site", "monolith.settings")
