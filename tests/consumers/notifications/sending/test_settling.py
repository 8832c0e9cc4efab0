"""An overview waits until the news are known that it tells."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consumers.notifications.deciding import digests
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.sending import delivery
from tests.consumers.notifications import topics
from tests.consumers.notifications.conftest import World, outcome
from tests.consumers.notifications.deciding.test_digests import another, asks, digest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told")]

WAITS = (State.PLANNED, "What happened is not read up to the slot.")
SENT = (State.SENT, "")


@pytest.fixture
def overview(world: World) -> Notification:
    """Plan an overview a while ago, of a home that is told."""
    asks(1, 1)
    world.person(1)
    another(world, 21, "published", 60)
    (planned,) = Notification.objects.bulk_create(digests.plan(digest()))
    return planned_ago(planned, timedelta(seconds=5))


def planned_ago(overview: Notification, ago: timedelta) -> Notification:
    overview.planned_at -= ago
    overview.due_at = overview.planned_at
    overview.save()
    return overview


def look_again(overview: Notification) -> tuple[str, str]:
    Notification.objects.filter(pk=overview.pk).update(due_at=overview.due_at)
    delivery.look(overview.pk)
    return outcome(overview)


def test_it_goes_when_all_that_happened_is_read(overview: Notification) -> None:
    topics.hold(events=3)
    topics.read(events=2)
    assert look_again(overview) == WAITS

    topics.read(events=3)
    assert look_again(overview) == SENT


def test_it_waits_for_a_broker_that_is_away(overview: Notification) -> None:
    assert look_again(overview) == WAITS

    planned_ago(overview, timedelta(hours=1))
    assert look_again(overview) == WAITS


def test_a_clock_that_leaps_ahead_gives_up_no_waiting(
    overview: Notification, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics.hold(events=3)
    topics.read(events=2)
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(hours=5))

    assert look_again(overview) == WAITS


def test_what_a_clock_that_was_ahead_planned_goes_when_news_are_read(
    overview: Notification,
) -> None:
    Notification.objects.update(planned_at=overview.planned_at + timedelta(hours=5))
    topics.hold(events=3)
    topics.read(events=2)
    assert look_again(overview) == WAITS

    topics.read(events=3)
    assert look_again(overview) == SENT
