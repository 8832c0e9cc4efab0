"""What an operator is told of the ledger."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from consumers.notifications.bounces.models import Suppression
from consumers.notifications.endpoints.models import Endpoint
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.management.commands import status
from consumers.notifications.models import Favourite
from consumers.notifications.operating.standing import standing
from consumers.notifications.sending import delivery
from tests.consumers.notifications.conftest import World


@pytest.mark.django_db
def test_counts_reasons_and_what_is_late_are_told(world: World) -> None:
    sent, dropped, late = (world.keeper(number) for number in (1, 2, 3))
    Favourite.objects.filter(account_id=2).delete()
    for each in (sent, dropped):
        delivery.look(each.pk)
    ago = timezone.now() - timedelta(minutes=5)
    Notification.objects.filter(pk=late.pk).update(due_at=ago, planned_at=ago)

    Notification.objects.filter(pk=sent.pk).update(state=State.DELIVERED)
    Suppression.objects.create(account_id=1, why="complained")
    Endpoint.objects.create(account_id=5, url="https://agency.example/", is_active=False)

    told = standing()

    assert {(row["state"], row["count"]) for row in told["counts"]} == {
        ("delivered", 1),
        ("dropped", 1),
        ("planned", 1),
    }
    assert (told["late"], told["sent_last_hour"]) == (1, 1)
    assert (told["suppressed"], told["endpoints_off"]) == (1, 1)
    assert 300 <= told["oldest_open_seconds"] < 400
    (reason,) = told["reasons"]
    assert reason["reason"] == "The home is no favourite any more."


@pytest.mark.django_db
def test_what_waits_for_its_persons_morning_is_not_called_slow(world: World) -> None:
    early, held, ahead = (world.keeper(number) for number in (1, 2, 3))
    yesterday, now = timezone.now() - timedelta(days=1), timezone.now()
    soon = now - timedelta(seconds=2)
    Notification.objects.filter(pk=early.pk).update(state=State.SENT, sent_at=now, planned_at=soon)
    Notification.objects.filter(pk=held.pk).update(
        state=State.SENT, sent_at=now, planned_at=yesterday, is_held=True
    )
    Notification.objects.filter(pk=ahead.pk).update(
        due_at=now + timedelta(hours=1), planned_at=yesterday
    )

    told = standing()

    assert (told["sent_last_hour"], told["mean_seconds_to_send"]) == (2, 2)
    assert (told["late"], told["oldest_open_seconds"]) == (0, 0)


def left(notification: Notification, seconds: float, **facts: object) -> None:
    """Let it have left just now, so long after the plan."""
    now = timezone.now()
    Notification.objects.filter(pk=notification.pk).update(
        **{"state": State.SENT, "sent_at": now, "planned_at": now - timedelta(seconds=seconds)}
        | facts
    )


@pytest.mark.django_db
def test_of_each_kind_it_is_told_how_many_left_and_how_fast(world: World) -> None:
    for number, seconds in enumerate((1, 2, 3), start=1):
        left(world.keeper(number), seconds)
    left(world.keeper(4), 86_400, is_held=True)
    left(world.keeper(5), 100, sent_at=timezone.now() - timedelta(hours=2))
    left(world.plan(6, "digest"), 900)
    left(world.plan(7, "price", channel="feed"), 0.5)

    assert standing()["sent_by_kind"] == [
        {"kind": "digest", "channel": "email", "sent": 1, "p50": None, "p95": None},
        {"kind": "price", "channel": "email", "sent": 4, "p50": 2.0, "p95": 2.9},
        {"kind": "price", "channel": "feed", "sent": 1, "p50": 0.5, "p95": 0.5},
    ]


@pytest.mark.django_db
def test_what_ended_badly_is_told_by_provider_and_of_the_last_day(
    world: World, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    for number, state in enumerate(("failed", "failed", "unknown", "sent"), start=1):
        world.plan(number, "price", state=state)
    world.plan(5, "price", state="failed", due_at=timezone.now() - timedelta(days=2))
    world.plan(6, "price", state="failed", channel="webhook")

    assert standing()["failures"] == [
        {"provider": "postmark", "channel": "email", "state": "failed", "count": 2},
        {"provider": "postmark", "channel": "email", "state": "unknown", "count": 1},
        {"provider": "webhook", "channel": "webhook", "state": "failed", "count": 1},
    ]


@pytest.mark.django_db
def test_a_provider_that_is_away_is_named_with_how_many_wait_for_it_and_why(
    world: World, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {}
    for number in (1, 2):
        delivery.look(world.keeper(number).pk)

    told = standing()

    assert told["shut"] == [{"gate": "email", "waiting": 2}]
    said = status.table(told)
    assert "2 wait for email, which is away or wants a pause" in said
    assert "Mails are not set up: " in said
    assert "POSTMARK_SERVER_TOKEN" in said


@pytest.mark.django_db
def test_suppressions_are_counted_by_reason() -> None:
    for number, why in enumerate(("bounced", "bounced", "complained"), start=1):
        Suppression.objects.create(account_id=number, why=why)

    assert standing()["suppressions"] == [
        {"why": "bounced", "count": 2},
        {"why": "complained", "count": 1},
    ]


@pytest.mark.django_db
def test_people_are_told_the_same_as_a_table(world: World) -> None:
    left(world.keeper(1), 2)
    world.plan(2, "status", state="failed", reason="no such mailbox")
    Suppression.objects.create(account_id=2, why="bounced")

    said = [" ".join(line.split()) for line in status.table(standing()).splitlines()]

    assert "suppressed: 1, 1 bounced; endpoints that are off: 0" in said
    assert {"price email 1 2.0 2.0", "email locmem failed 1", "failed 1 no such mailbox"} < set(
        said
    )
