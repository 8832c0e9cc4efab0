"""How fast mails go: by a clock that is passed in, ahead, back, and on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Barrier, get_ident
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from consumers.notifications.channels import CHANNELS
from consumers.notifications.channels.memory import MemoryChannel
from consumers.notifications.channels.port import ChannelAway, Deliver, Letter, TooFast, Unclear
from consumers.notifications.errors import AtGate
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.pacing import gate
from consumers.notifications.pacing.models import Gate
from consumers.notifications.sending import delivery, waiting
from tests.consumers.notifications.conftest import World, outcome, reduced_home

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


def row(**facts: Any) -> Notification:
    """Be a mail that is due."""
    return Notification(id=uuid4(), planned_at=NOON, due_at=NOON, **facts)


def taken(now: datetime) -> int:
    """Return how many may go at a moment, and let them."""
    count = 0
    while not refused(now):
        count += 1
    return count


def refused(now: datetime) -> datetime | None:
    due = row()
    try:
        gate.enter(due, now, is_tried=gate.check(due, now))
    except AtGate as wait:
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


def test_a_provider_that_is_away_is_tried_less_often_each_time_and_by_one() -> None:
    waits, now = [], NOON
    for _ in range(4):
        waits.append(gate.close(row(), now).total_seconds())
        assert refused(now)
        now += timedelta(seconds=waits[-1])
        assert refused(now) is None
        # Another one that comes at the same moment is not tried.
        assert refused(now)
    assert waits == [15, 30, 60, 60]

    gate.open_again(row(), now)
    assert (refused(now), refused(now)) == (None, None)
    gate.close(row(), now)
    assert refused(now) == now + timedelta(seconds=15)


def test_a_pause_is_as_long_as_was_asked_for_and_no_longer_than_any_wait() -> None:
    assert gate.close(row(), NOON, timedelta(seconds=90)) == timedelta(seconds=90)
    assert gate.close(row(), NOON, timedelta(days=1)) == timedelta(minutes=15)


def test_a_clock_that_was_years_ahead_closes_it_for_nobody() -> None:
    gate.close(row(), NOON.replace(year=2226))

    assert refused(NOON) is None


def test_each_endpoint_has_a_gate_of_its_own() -> None:
    gate.close(row(channel="webhook", endpoint_id=1), NOON)

    gate.check(row(channel="webhook", endpoint_id=2), NOON)
    gate.check(row(), NOON)
    with pytest.raises(AtGate):
        gate.check(row(channel="webhook", endpoint_id=1), NOON)


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Keep which rows are told to the worker, in their order."""
    numbers: list[UUID] = []
    monkeypatch.setattr(delivery, "queue_after_commit", numbers.extend)
    return numbers


def wait_over() -> None:
    Gate.objects.update(closed_until=timezone.now())


def keepers(world: World, count: int) -> list[Notification]:
    """Plan so many mails, the oldest first, and bring the numbers in another order."""
    rows = [world.keeper(number) for number in range(1, count + 1)]
    for age, each in enumerate(rows):
        at = each.planned_at - timedelta(minutes=count - age)
        Notification.objects.filter(pk=each.pk).update(planned_at=at, due_at=at)
    return rows


def test_while_it_is_away_the_oldest_alone_is_tried_and_then_all_leave_by_age(
    world: World, channel: MemoryChannel, queued: list[UUID]
) -> None:
    rows = keepers(world, 5)
    channel.fails = ChannelAway("nobody there")
    for each in reversed(rows):
        delivery.look(each.pk)
    assert channel.opened_times == 1
    assert waiting.notifications() == []
    for _ in range(3):
        wait_over()
        assert waiting.notifications() == [rows[0].pk]
        # The others are looked at before it, and not tried.
        tried = channel.opened_times
        for each in reversed(rows[1:]):
            delivery.look(each.pk)
        assert channel.opened_times == tried
        delivery.look(rows[0].pk)
    assert channel.opened_times == 4
    assert {each.due_at < timezone.now() for each in Notification.objects.all()} == {True}

    channel.fails = None
    wait_over()
    (probe,) = waiting.notifications()
    delivery.look(probe)
    for number in queued:
        delivery.look(number)

    assert [letter.account_id for letter in channel.letters] == [1, 2, 3, 4, 5]


def test_at_a_rate_the_oldest_go_first_and_who_comes_then_waits(
    world: World, channel: MemoryChannel, settings: Settings
) -> None:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, mails_per_second=0.3)
    rows = keepers(world, 5)
    Gate.objects.create(name="email", tokens=0, filled_at=timezone.now())
    for each in rows:
        delivery.look(each.pk)
    Gate.objects.update(tokens=2.5, filled_at=timezone.now())
    fresh = world.keeper(6)
    for each in (fresh, *reversed(rows)):
        delivery.look(each.pk)
    for number in waiting.notifications():
        delivery.look(number)

    assert {letter.account_id for letter in channel.letters} == {1, 2}
    # As many as ten seconds may bring.
    assert waiting.notifications() == [row.pk for row in rows[2:]]


def test_a_letter_that_is_to_blame_itself_holds_the_others_up_for_a_while_only(
    world: World, channel: MemoryChannel, queued: list[UUID]
) -> None:
    bad, good, other = keepers(world, 3)

    class Picky(MemoryChannel):
        def _deliver(self, letter: Letter) -> None:
            if letter.account_id == 1:
                raise ChannelAway("not this one")
            super()._deliver(letter)

    CHANNELS["email"] = picky = Picky()
    for each in (bad, good, other):
        delivery.look(each.pk)
    for _ in range(12):
        wait_over()
        for number in waiting.notifications():
            delivery.look(number)
        for number in queued:
            delivery.look(number)

    assert [letter.account_id for letter in picky.letters] == [2, 3]
    row = Notification.objects.get(pk=bad.pk)
    assert (row.state, row.due_at > timezone.now()) == (State.PLANNED, True)


def test_one_mail_that_is_too_fast_holds_the_others_and_costs_them_nothing(
    world: World, channel: MemoryChannel
) -> None:
    first, second = world.keeper(1), world.keeper(2)
    channel.fails = TooFast("The mails' provider answered 429.", timedelta(minutes=7))
    delivery.look(first.pk)
    channel.fails = None
    delivery.look(second.pk)

    row = Notification.objects.get(pk=second.pk)
    assert (row.state, row.waits, row.attempts, row.is_held) == (State.PLANNED, 0, 0, False)
    assert row.waits_at == "email"
    assert channel.letters == []
    until = Gate.objects.get().closed_until
    assert until is not None
    assert until > timezone.now() + timedelta(minutes=6)


def test_a_server_that_hangs_amid_a_mail_is_not_given_the_next_one(
    world: World, channel: MemoryChannel
) -> None:
    first, second = world.keeper(1), world.keeper(2)
    channel.fails = Unclear("broke off")
    for each in (first, second):
        delivery.look(each.pk)

    states = {Notification.objects.get(pk=each.pk).state for each in (first, second)}
    assert states == {State.UNKNOWN, State.PLANNED}


class Counting(MemoryChannel):
    """Is away, and keeps who tried, in whatever thread."""

    def __init__(self) -> None:
        super().__init__()
        self.tries: list[int] = []

    @contextmanager
    def opened(self) -> Iterator[Deliver]:
        self.tries.append(get_ident())
        raise ChannelAway("nobody there")
        yield


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_look_at_the_same_moment_one_tries_a_shut_gate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, workers, rounds = reduced_home(), 4, 15
    channel = Counting()
    monkeypatch.setitem(CHANNELS, "email", channel)
    rows = keepers(world, 3)
    delivery.look(rows[0].pk)
    together = Barrier(workers, action=wait_over)

    def work(seed: int) -> None:
        chance = Random(seed)
        try:
            for _ in range(rounds):
                together.wait(60)
                for row in chance.sample(rows, k=len(rows)):
                    delivery.look(row.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(work, range(workers)))

    assert len(channel.tries) == 1 + rounds
    assert Gate.objects.get().refusals == 1 + rounds
    assert {outcome(row)[0] for row in rows} == {State.PLANNED}
