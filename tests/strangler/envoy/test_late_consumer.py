"""A running Envoy decides as the model of people and a late consumer does, request by request."""

import random
from typing import Any

import pytest
from pytest_django import Settings

from consumers.runtime.testing.clock import Clock
from strangler.stages import Standing
from tests.journeys import late_consumer
from tests.journeys.late_consumer import Person
from tests.strangler.adapter.conftest import note as note

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

REQUESTS = 2_000


class BehindEnvoy(late_consumer.Site):
    """The model, each of whose reads Envoy is asked for as well, with the same cookies."""

    def __init__(self, table: Any, clock: Clock, door: Any) -> None:
        super().__init__(table, clock)
        self.door = door
        self.move(self.standing)

    def move(self, standing: Standing) -> None:
        super().move(standing)
        self.door.move(standing)

    def read(self, person: Person, keys: list[str]) -> dict[str, int]:
        served, fallbacks = self.served, self.fallbacks
        shown = super().read(person, keys)
        is_behind = self.fallbacks > fallbacks
        self.door.search.status = 425 if is_behind else 200
        cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
        expected = "search" if self.served > served else "monolith"
        # A machine that is busy may let the service be silent for too long, once.
        answers = (self._asked(cookies) for _ in range(3))
        assert expected in answers, (self.standing, cookies)
        if expected == "monolith":
            _, _, headers = self.door.monolith.seen[-1]
            assert headers["x-envoy-attempt-count"] == ("2" if is_behind else "1")
        return shown

    def _asked(self, cookies: str) -> str:
        answer = self.door.client.get("/search", headers={"cookie": cookies})
        assert answer.status_code == 200
        return str(answer.text)


@pytest.mark.parametrize("clears", [True, False], ids=["cleared", "left to expire"])
def test_envoy_asks_whom_the_model_asks(
    site: Any, note: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch, clears: bool
) -> None:
    settings.IDENTITY_PRIVATE_KEY_FILE = str(site.folder.path / "private.pem")
    settings.IDENTITY_PUBLIC_KEY_FILE = str(site.folder.path / "public.pem")
    settings.FRESHNESS_CLEARS = clears
    # Envoy's time goes on by itself: what is signed ahead of it is good for longer there.
    clock = late_consumer.standing_still(monkeypatch)
    model = BehindEnvoy(late_consumer.prepare(note, settings), clock, site)

    late_consumer.live(model, random.Random(30_000 + clears), REQUESTS)

    assert model.served > REQUESTS // 100
    assert model.fallbacks > REQUESTS // 100
