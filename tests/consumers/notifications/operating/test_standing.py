"""What an operator is told of the ledger."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consumers.notifications.bounces.models import Suppression
from consumers.notifications.endpoints.models import Endpoint
from consumers.notifications.ledger.models import Notification, State
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
