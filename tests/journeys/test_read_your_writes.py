"""Nobody sees an older state of what they just wrote, and a consumer that rests is waited for."""

import random
import time
from typing import Any

import pytest
from pytest_django import Settings

from strangler.stages import Stage, Standing
from tests.strangler.adapter.conftest import note as note

from .late_consumer import Person, Site, live, prepare

# A look in the quick run; in earnest in the whole one, which makes 100,000 both ways.
DEPTHS = [2_000, pytest.param(50_000, marks=[pytest.mark.stack, pytest.mark.timeout(1_800)])]


@pytest.fixture
def site(note: Any, settings: Settings) -> Site:
    return Site(prepare(note, settings))


@pytest.mark.parametrize("clears", [True, False], ids=["cleared", "left to expire"])
@pytest.mark.parametrize("requests", DEPTHS)
def test_nobody_sees_an_older_state_of_what_they_wrote(
    site: Site, settings: Settings, requests: int, clears: bool
) -> None:
    settings.FRESHNESS_CLEARS = clears
    live(site, random.Random(20_000 + clears), requests)
    assert site.served > requests // 100
    assert site.fallbacks > requests // 100


@pytest.mark.parametrize("clears", [True, False], ids=["cleared", "left to expire"])
def test_a_consumer_that_rests_for_hours_is_waited_for(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch, clears: bool
) -> None:
    settings.FRESHNESS_CLEARS = clears
    person, key = Person(), site.keys[0]
    now = began = int(time.time())
    monkeypatch.setattr(time, "time", lambda: now)
    site.standing = Standing(Stage.CUTOVER)
    site.write(person, [key])
    person.receive(0)

    while now < began + 3 * 3600:
        now += 240
        assert site.read(person, [key]) == {key: 2}
        person.receive(0)
    assert site.served == 0

    site.consume(1)
    assert site.read(person, [key]) == {key: 2}
    assert site.served == 1
