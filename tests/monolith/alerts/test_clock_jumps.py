"""The site's clock is days ahead for a while, and set back: every time of overviews comes, once."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from monolith import clocks
from monolith.alerts import digests
from monolith.alerts.models import Digest

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
