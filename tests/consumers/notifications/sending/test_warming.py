"""A worker that has warmed up compiles no template for its first letter."""

from pathlib import Path

import pytest
from django.template import Engine
from django.template.loaders.cached import Loader
from pytest_django import Settings

from consumers.notifications.sending import delivery
from consumers.notifications.sending.warming import warm
from tests.consumers.notifications.conftest import World, outcome
from tests.consumers.notifications.sending.test_poison import break_template

pytestmark = pytest.mark.django_db


def compiled() -> set[str]:
    (loader,) = Engine.get_default().template_loaders
    assert isinstance(loader, Loader)
    return set(loader.get_template_cache)


def test_the_first_letter_finds_its_templates_compiled(world: World, settings: Settings) -> None:
    # As a process that has written none yet.
    settings.TEMPLATES = [*settings.TEMPLATES]
    row = world.keeper()

    warm()

    before = compiled()
    delivery.look(row.pk)
    assert outcome(row) == ("sent", "")
    assert before
    assert compiled() == before


def test_a_broken_template_keeps_no_worker_from_starting(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    break_template(settings, tmp_path, "price")
    row = world.seeker()

    warm()

    delivery.look(row.pk)
    assert outcome(row) == ("sent", "")
