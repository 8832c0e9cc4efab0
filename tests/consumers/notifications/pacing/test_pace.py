"""Letters that wait for a better hour: by the person's clock, and by a clock that is passed in."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from consumers.notifications.errors import Later
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.pacing import pace
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import delivery
from tests.consumers.notifications.conftest import World, outcome

pytestmark = pytest.mark.django_db

# 23:30 in New York, 5:30 in Berlin.
NIGHT = datetime(2026, 11, 27, 4, 30, tzinfo=UTC)
ALL_DAY = {"quiet_from": time(0), "quiet_until": time(23, 59, 59, 999_999)}


def waits(row: Notification, now: datetime) -> tuple[str, datetime] | None:
    try:
        pace.check(row, now, pace.rhythm_of(row.account_id))
    except Later as wait:
        return str(wait), wait.until
    return None


def test_a_letter_waits_for_the_end_of_the_persons_own_night(world: World) -> None:
    here, far, anybody = (world.keeper(number) for number in (1, 2, 3))
    quiet = {"quiet_from": time(22), "quiet_until": time(5)}
    Rhythm.objects.create(account_id=1, **quiet)
    Rhythm.objects.create(account_id=2, zone="Europe/Berlin", **quiet)

    assert waits(here, NIGHT) == (
        "It is a quiet hour of the person's.",
        datetime(2026, 11, 27, 10, tzinfo=UTC),
    )
    assert waits(far, NIGHT) is None
    assert waits(anybody, NIGHT) is None


def test_what_somebody_waits_for_and_what_wakes_nobody_goes_at_once(world: World) -> None:
    planned = world.keeper()
    Rhythm.objects.create(account_id=1, quiet_from=time(22), quiet_until=time(5), most_a_day=1)

    for facts in ({"kind": "viewing"}, {"kind": "enquiry"}, {"channel": "feed"}):
        other = Notification(account_id=1, **{"kind": "price", "channel": "email"} | facts)
        assert waits(other, NIGHT) is None
    assert waits(planned, NIGHT)


def test_it_is_put_off_in_the_ledger_and_goes_when_it_is_time(world: World) -> None:
    planned = world.keeper()
    Rhythm.objects.create(account_id=1, **ALL_DAY)

    for _ in range(2):
        delivery.look(planned.pk)
    row = Notification.objects.get(pk=planned.pk)
    assert (row.state, row.is_held, row.waits, row.attempts) == (State.PLANNED, True, 0, 0)
    assert row.due_at > timezone.now()
    assert mail.outbox == []

    Rhythm.objects.all().delete()
    Notification.objects.update(due_at=timezone.now())
    delivery.look(planned.pk)
    assert outcome(planned) == (State.SENT, "")


def test_whoever_was_told_enough_hears_the_rest_on_their_next_day(world: World) -> None:
    told = {"event_id": "earlier", "state": State.SENT, "sent_at": NIGHT}
    Notification.objects.filter(pk=world.keeper().pk).update(**told)
    later = world.plan(1, "status")
    Rhythm.objects.create(account_id=1, most_a_day=1)

    assert waits(later, NIGHT) == (
        "The person was told enough for a day.",
        # Midnight in New York.
        datetime(2026, 11, 27, 5, tzinfo=UTC),
    )
    assert waits(later, NIGHT + timedelta(minutes=30)) is None
    Rhythm.objects.update(most_a_day=2)
    assert waits(later, NIGHT) is None


def test_a_clock_that_jumps_puts_nothing_off_for_ever(world: World) -> None:
    planned = world.keeper()
    Rhythm.objects.create(account_id=1, quiet_from=time(22), quiet_until=time(5))
    # The clock was years ahead, and then is not.
    ahead = NIGHT.replace(year=2226)
    found = waits(planned, ahead)
    assert found
    Notification.objects.update(due_at=found[1])

    assert pace.mend(NIGHT) == 1

    assert Notification.objects.get().due_at == NIGHT
    # What waits for a morning stays.
    Notification.objects.update(due_at=NIGHT + timedelta(hours=9), is_held=True)
    assert pace.mend(NIGHT) == 0
