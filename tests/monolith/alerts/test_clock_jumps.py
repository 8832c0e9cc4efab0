"""The site's clock is ahead for a while, and set back: each overview comes once, and all mails."""

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from monolith import clocks
from monolith.accounts.models import User
from monolith.alerts import digests, tasks
from monolith.alerts.models import Alert, Digest
from monolith.enquiries import services as enquiries
from monolith.listings.models import Listing

AWAY = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": 9,
}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("days", [1, 3, 40])
def test_no_time_of_overviews_is_opened_before_it_comes(
    days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = timezone.now
    ahead, ticks = timedelta(), 0.0
    monkeypatch.setattr(timezone, "now", lambda: real() + ahead)
    monkeypatch.setattr(time, "monotonic", lambda: ticks)
    monkeypatch.setattr(digests, "CLOCK", clocks.SteadyClock())
    digests.unfinished()
    there = set(Digest.objects.values_list("frequency", "slot"))

    ahead = timedelta(days=days)
    digests.unfinished()
    assert set(Digest.objects.values_list("frequency", "slot")) == there

    ahead = timedelta()
    digests.unfinished()
    assert set(Digest.objects.values_list("frequency", "slot")) == there

    ahead, ticks = timedelta(days=1), 86_400.0
    digests.unfinished()
    daily = Digest.objects.filter(frequency="daily").order_by("slot")
    assert daily.count() == 2
    # One goes on where the other ended.
    assert daily[1].since == daily[0].slot


@pytest.mark.parametrize("hours", [5, 24, 72])
def test_what_waits_for_a_server_goes_once_the_clock_is_right_and_the_server_there(
    hours: int, listing: Listing, buyer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    enquiries.send(listing.pk, message="Is it new?", account_id=buyer.pk)
    planned = list(Alert.objects.values_list("pk", flat=True))
    with override_settings(**AWAY), monkeypatch.context() as ahead:
        real = timezone.now
        ahead.setattr(timezone, "now", lambda: real() + timedelta(hours=hours))
        for number in planned:
            tasks.send(number)

    tasks.sweep()
    for number in planned:
        tasks.send(number)

    assert len(mail.outbox) == len(planned) == 2


def test_what_waits_for_the_server_or_a_morning_stays(listing: Listing, buyer: User) -> None:
    enquiries.send(listing.pk, message="Is it new?", account_id=buyer.pk)
    later = timezone.now() + timedelta(minutes=33)
    Alert.objects.update(due_at=later)
    slot = timezone.now()
    digest = Digest.objects.create(frequency="weekly", slot=slot, since=slot)
    overview = Alert.about(
        None, buyer.pk, "digest", digest=digest, due_at=slot + timedelta(hours=25)
    )
    overview.save()

    tasks.sweep()

    assert not Alert.objects.filter(due_at__lt=later).exists()
