"""A template that is broken stops its kind, and not the rest."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.management.commands import status
from consumers.notifications.operating.standing import standing
from consumers.notifications.sending import delivery
from tests.consumers.notifications.conftest import World, outcome
from tests.consumers.notifications.pacing.test_together import held_matches

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def short_lived(settings: Settings) -> None:
    """Let letters be worth something for two days."""
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, oldest=timedelta(days=2))


def break_template(settings: Settings, folder: Path, kind: str) -> None:
    broken = folder / "notifications" / "mail" / f"{kind}.txt"
    broken.parent.mkdir(parents=True)
    broken.write_text("{% nonsense %}")
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [folder]
    settings.TEMPLATES = templates


def look_again() -> None:
    """Let all waits be over."""
    Notification.objects.update(due_at=timezone.now())
    for row in Notification.objects.all():
        delivery.look(row.pk)


def let_days_pass() -> None:
    Notification.objects.update(planned_at=timezone.now() - timedelta(days=3))


def addressees() -> list[str]:
    return sorted(each.to[0] for each in mail.outbox)


def test_a_broken_template_stops_its_kind_and_not_the_rest_until_it_is_mended(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    whole = settings.TEMPLATES
    break_template(settings, tmp_path, "price")
    stopped = [world.keeper(1), world.keeper(2)]
    world.seeker(3)

    look_again()

    assert addressees() == ["person3@example.org"]
    for row in stopped:
        state, reason = outcome(row)
        assert state == State.PLANNED
        assert reason.startswith("The letter could not be written: Invalid block tag")

    let_days_pass()
    look_again()
    assert addressees() == ["person3@example.org"]

    settings.TEMPLATES = whole
    look_again()
    look_again()

    assert addressees() == [f"person{number}@example.org" for number in (1, 2, 3)]
    assert [outcome(row) for row in stopped] == [(State.SENT, "")] * 2


def test_matches_that_come_together_wait_together(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    whole = settings.TEMPLATES
    rows = held_matches(world)
    break_template(settings, tmp_path, "matches")
    look_again()
    let_days_pass()

    settings.TEMPLATES = whole
    look_again()

    assert [outcome(row) for row in rows] == [(State.SENT, "")] * 3


def test_the_status_names_what_is_broken_and_how_many_wait(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    break_template(settings, tmp_path, "price")
    for number in (1, 2):
        world.keeper(number)
    look_again()

    (told,) = standing()["unwritten"]

    assert (told["kind"], told["count"]) == ("price", 2)
    assert "2 price wait: The letter could not be written: Invalid block" in status.table(
        standing()
    )
