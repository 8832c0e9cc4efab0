"""How fast mails go: by a clock that is passed in, ahead, back, and on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from consumers.notifications.channels import CHANNELS
from consumers.notifications.channels.memory import MemoryChannel
from consumers.notifications.channels.port import TooFast
from consumers.notifications.errors import Later
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.pacing import gate
from consumers.notifications.sending import delivery
from tests.consumers.notifications.conftest import World

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 27, 17, tzinfo=UTC)


@pytest.fixture
def two_a_second(settings: Settings) -> None:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, mails_per_second=2.0)


@pytest.fixture
def channel() -> Iterator[MemoryChannel]:
    real = CHANNELS["email"]
    CHANNELS["email"] = channel = MemoryChannel()
    yield channel
    CHANNELS["email"] = real


def taken(now: datetime) -> int:
    """Return how many tokens there are at a moment, and have none left."""
    count = 0
    while not refused(now):
        count += 1
    return count


def refused(now: datetime) -> datetime | None:
    try:
        gate.take("email", now)
    except Later as wait:
        return wait.until
    return None


@pytest.mark.usefixtures("two_a_second")
def test_as_many_go_as_ten_seconds_allow_and_then_two_a_second() -> None:
    assert taken(NOON) == 20
    assert refused(NOON) == NOON + timedelta(seconds=0.5)
    assert taken(NOON + timedelta(seconds=0.5)) == 1
    assert taken(NOON + timedelta(seconds=5.5)) == 10
    assert taken(NOON + timedelta(hours=5)) == 20


@pytest.mark.usefixtures("two_a_second")
def test_a_clock_that_jumps_fills_no_bucket_twice_and_stops_nothing() -> None:
    assert taken(NOON) == 20

    assert taken(NOON + timedelta(days=900)) == 20
    assert taken(NOON) == 0
    assert taken(NOON + timedelta(seconds=1)) == 2


def test_without_a_rate_everything_goes() -> None:
    assert not any(refused(NOON) for _ in range(50))


def test_a_provider_that_wants_a_pause_gets_a_longer_one_each_time() -> None:
    waits = []
    now = NOON
    for _ in range(3):
        gate.close("email", now)
        until = refused(now)
        assert until is not None
        waits.append((until - now).total_seconds())
        now = until
        assert refused(now) is None
    assert waits == [15, 30, 60]

    gate.went_through("email")
    gate.close("email", now)
    assert refused(now) == now + timedelta(seconds=15)
    # A clock that was years ahead when it was closed closes it for nobody.
    gate.close("email", now.replace(year=2226))
    assert refused(now) is None


def test_one_mail_that_is_too_fast_holds_the_others_and_costs_them_nothing(
    world: World, channel: MemoryChannel
) -> None:
    first, second = world.keeper(1), world.keeper(2)
    channel.fails = TooFast("The mails' provider answered 429.")
    delivery.look(first.pk)
    channel.fails = None
    delivery.look(second.pk)

    row = Notification.objects.get(pk=second.pk)
    assert (row.state, row.waits, row.attempts, row.is_held) == (State.PLANNED, 0, 0, False)
    assert row.reason == "The mails' provider wants a pause."
    assert channel.letters == []
