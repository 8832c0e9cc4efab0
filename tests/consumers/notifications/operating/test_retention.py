"""What is too old goes; what is open, or may still come again, stays."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from consumers.notifications.config import NotificationsConfig
from consumers.notifications.ledger.models import Notification, State, Waiting
from consumers.notifications.models import Change
from consumers.notifications.operating.retention import prune
from consumers.notifications.shadow.models import Decided, Ours
from tests.consumers.notifications.conftest import World


@pytest.mark.django_db
def test_only_what_ended_long_ago_goes(world: World, settings: Settings) -> None:
    settings.NOTIFICATIONS = NotificationsConfig()
    old, still_open, fresh = (world.keeper(number) for number in (1, 2, 3))
    long_ago = timezone.now() - timedelta(days=100)
    Notification.objects.exclude(pk=fresh.pk).update(planned_at=long_ago)
    Notification.objects.exclude(pk=still_open.pk).update(state=State.SENT)
    Change.objects.update(happened_at=timezone.now() - timedelta(days=41))
    Waiting.objects.create(event_id="a", listing_id=1, version=1, since=long_ago)
    Waiting.objects.create(event_id="b", listing_id=1, version=1)

    assert prune() == 3

    assert set(Notification.objects.values_list("pk", flat=True)) == {still_open.pk, fresh.pk}
    assert not Notification.objects.filter(pk=old.pk).exists()
    assert list(Waiting.objects.values_list("pk", flat=True)) == ["b"]
    assert prune() == 0


@pytest.mark.django_db
def test_the_shadow_forgets_what_was_decided_long_ago(settings: Settings) -> None:
    settings.NOTIFICATIONS = NotificationsConfig()
    for event in ("old", "new"):
        Decided.objects.create(event_id=event)
        Ours.objects.create(event_id=event, account_id=1, kind="price")
    Decided.objects.filter(pk="old").update(at=timezone.now() - timedelta(days=41))

    assert prune() == 2

    assert [each.event_id for each in Ours.objects.all()] == ["new"]
    assert [each.event_id for each in Decided.objects.all()] == ["new"]
