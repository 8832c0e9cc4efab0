"""The machine's clock is days ahead for a while, and set back: nothing is lost, nor sent twice."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from cdc.contracts.handled_by import Given, Stamp
from consumers.notifications.deciding import messages, planning
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Change, Message
from consumers.notifications.operating import retention
from consumers.notifications.pacing import pace
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import delivery
from consumers.runtime import steady
from consumers.runtime.steady import SteadyClock
from tests.consumers.notifications.conftest import World, outcome
from tests.consumers.notifications.telling import OURS

pytestmark = pytest.mark.django_db

SHORT_LEAPS = [timedelta(hours=hours) for hours in (1, 5)]
LEAPS = [timedelta(days=days) for days in (1, 3, 60, 120)]


class Machine:
    """Its clock is set; of the time that goes by hardly any does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._real = timezone.now
        self.ahead = timedelta()
        self.ticks = 0.0
        monkeypatch.setattr(timezone, "now", lambda: self._real() + self.ahead)
        clock = SteadyClock(lambda: timezone.now(), lambda: self.ticks)
        monkeypatch.setattr(steady, "_clock", clock)

    def leap(self, by: timedelta) -> None:
        self.ahead += by

    def go_on(self, by: timedelta) -> None:
        self.ahead += by
        self.ticks += by.total_seconds()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Machine:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, oldest=timedelta(days=2))
    return Machine(monkeypatch)


def viewing(world: World, starts_at: datetime) -> Message:
    """Let somebody's viewing be confirmed a moment ago."""
    return Message.objects.create(
        event_id="0198-viewing",
        kind="viewing",
        what="confirmed",
        number=31,
        version=2,
        listing_id=world.home.pk,
        agent_id=2,
        account_id=1,
        starts_at=starts_at,
        happened_at=timezone.now(),
        handled_by=Stamp.of({"viewing": Given(accounts=frozenset({1}))}).text(),
    )


def work() -> None:
    """Do what sweeps and workers do until nothing is due."""
    delivery.settle_claims()
    for _ in range(3):
        for number in Notification.objects.filter(state=State.PLANNED).values_list("pk", flat=True):
            delivery.look(number)
    retention.prune()


@pytest.mark.parametrize("leap", LEAPS)
def test_what_is_planned_is_neither_dropped_nor_sent_twice(
    world: World, machine: Machine, leap: timedelta
) -> None:
    planned = [world.keeper(number) for number in (1, 2)]
    machine.leap(leap)
    work()
    ahead = {outcome(each)[0] for each in planned}
    machine.leap(-leap)
    work()
    # What was put off by the wrong clock waits for minutes at most.
    machine.go_on(timedelta(minutes=16))
    work()

    assert ahead <= {State.SENT, State.PLANNED}
    assert {outcome(each)[0] for each in planned} == {State.SENT}
    assert sorted(each.to[0] for each in mail.outbox) == [
        "person1@example.org",
        "person2@example.org",
    ]


@pytest.mark.parametrize("leap", [*SHORT_LEAPS, *LEAPS])
def test_a_mail_about_a_viewing_is_not_lost(
    world: World, machine: Machine, leap: timedelta
) -> None:
    world.person(1)
    message = viewing(world, timezone.now() + timedelta(minutes=30))
    (planned,) = Notification.objects.bulk_create(messages.plan(message))
    machine.leap(leap)
    work()
    machine.leap(-leap)
    work()
    machine.go_on(timedelta(minutes=16))
    work()

    assert outcome(planned)[0] == State.SENT
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("leap", [*SHORT_LEAPS, *LEAPS])
def test_what_waits_for_a_server_goes_once_the_clock_is_right_and_the_server_there(
    world: World, machine: Machine, settings: Settings, leap: timedelta
) -> None:
    planned = world.keeper()
    there = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    machine.leap(leap)
    for _ in range(3):
        work()
        machine.go_on(timedelta(minutes=2))
    machine.leap(-leap)
    settings.EMAIL_BACKEND = there
    for _ in range(2):
        work()
        machine.go_on(timedelta(minutes=16))
    work()

    assert outcome(planned)[0] == State.SENT
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("leap", LEAPS)
def test_nothing_is_pruned_early(world: World, machine: Machine, leap: timedelta) -> None:
    planned = world.keeper()
    delivery.look(planned.pk)
    assert outcome(planned)[0] == State.SENT

    machine.leap(leap)
    work()
    machine.leap(-leap)
    # A replay of the cause finds what was sent, and plans nothing.
    Change.objects.update(handled_by=OURS.text())
    planning.plan_when_known(Change.objects.get())
    work()

    assert Notification.objects.count() == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("leap", LEAPS)
def test_a_change_that_is_told_while_the_clock_is_ahead_is_told_to_people(
    world: World, machine: Machine, leap: timedelta
) -> None:
    world.keeper().delete()
    Change.objects.update(handled_by=OURS.text())
    machine.leap(leap)
    planning.plan_when_known(Change.objects.get())
    machine.leap(-leap)
    work()
    machine.go_on(timedelta(minutes=16))
    work()

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("leap", LEAPS)
def test_a_letter_on_its_way_is_called_unknown_by_no_clock_that_leapt(
    world: World, machine: Machine, leap: timedelta
) -> None:
    before, ahead = world.keeper(1), world.keeper(2)
    lease = timezone.now() + timedelta(minutes=5)
    Notification.objects.filter(pk=before.pk).update(state=State.SENDING, due_at=lease)
    machine.leap(leap)
    delivery.settle_claims()
    assert outcome(before)[0] == State.SENDING

    # Claimed by a worker that saw the wrong time, and died.
    lease = timezone.now() + timedelta(minutes=5)
    Notification.objects.filter(pk=ahead.pk).update(state=State.SENDING, due_at=lease)
    machine.leap(-leap)
    delivery.settle_claims()
    machine.go_on(timedelta(minutes=6))
    delivery.settle_claims()
    assert {outcome(each)[0] for each in (before, ahead)} == {State.UNKNOWN}


@pytest.mark.parametrize("leap", LEAPS)
def test_what_waits_for_a_wrong_clocks_morning_goes_the_next_day(
    world: World, machine: Machine, leap: timedelta
) -> None:
    planned = world.keeper()
    Rhythm.objects.create(account_id=1, quiet_from=time(0), quiet_until=time(23, 59, 59, 999_999))
    machine.leap(leap)
    delivery.look(planned.pk)
    machine.leap(-leap)
    Rhythm.objects.all().delete()
    pace.mend(timezone.now())

    row = Notification.objects.get()
    assert row.due_at <= timezone.now() + timedelta(hours=25)
    machine.go_on(max(timedelta(), row.due_at - timezone.now()) + timedelta(minutes=1))
    delivery.look(planned.pk)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("leap", [timedelta(minutes=30), *SHORT_LEAPS, timedelta(hours=20)])
def test_what_waits_in_a_wrong_clocks_quiet_hours_goes_as_soon_as_it_is_right(
    world: World, machine: Machine, leap: timedelta
) -> None:
    planned = world.keeper()
    ahead = timezone.now() + leap
    begins, ends = (ahead + timedelta(minutes=by) for by in (-10, 180))
    Rhythm.objects.create(
        account_id=1, zone="UTC", quiet_from=begins.time(), quiet_until=ends.time()
    )
    machine.leap(leap)
    delivery.look(planned.pk)
    assert outcome(planned) == (State.PLANNED, "It is a quiet hour of the person's.")

    machine.leap(-leap)
    pace.mend(timezone.now())
    delivery.look(planned.pk)

    assert outcome(planned)[0] == State.SENT


def test_what_was_sent_tomorrow_uses_up_no_day(
    world: World, machine: Machine, settings: Settings
) -> None:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, most_a_day=1)
    first = world.keeper()
    machine.leap(timedelta(days=3))
    Notification.objects.filter(pk=first.pk).update(state=State.SENT, sent_at=timezone.now())
    machine.leap(timedelta(days=-3))

    other = replace_cause(first)
    delivery.look(other.pk)

    assert outcome(other)[0] == State.SENT


def replace_cause(row: Notification) -> Notification:
    """Plan the same for another event, a moment later."""
    change = Change.objects.get()
    change.pk, change.handled_by = "0198-later", ""
    change.save(force_insert=True)
    return Notification.objects.create(
        id=uuid4(), event_id=change.pk, account_id=1, kind="price", listing_id=row.listing_id
    )


def test_after_an_hour_a_clock_that_is_ahead_is_right(world: World, machine: Machine) -> None:
    planned = world.keeper()
    machine.leap(timedelta(days=3))
    delivery.look(planned.pk)
    assert outcome(planned)[0] == State.PLANNED

    machine.go_on(timedelta(minutes=61))
    delivery.look(planned.pk)

    assert outcome(planned) == (State.DROPPED, "It is old by now.")
