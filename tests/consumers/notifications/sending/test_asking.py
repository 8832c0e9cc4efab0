"""What became of letters of which nobody knows: asked of who can tell, and of nobody else."""

import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
from anymail.signals import AnymailTrackingEvent, EventType
from django.utils import timezone

from consumers.notifications.bounces import hearing
from consumers.notifications.channels import CHANNELS
from consumers.notifications.channels.memory import MemoryChannel
from consumers.notifications.channels.port import ChannelAway, Fate, Tells, Unclear
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.sending import asking, delivery
from tests.consumers.notifications.conftest import World, outcome
from tests.consumers.notifications.pacing.test_together import held_matches
from tests.consumers.notifications.test_clock_jumps import Machine
from tests.consumers.runtime.stores.test_away import elsewhere

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> Iterator[MemoryChannel]:
    """Stand where the mails' provider is, which can be asked."""
    real = CHANNELS["email"]
    CHANNELS["email"] = channel = MemoryChannel()
    channel.fates = {}
    yield channel
    CHANNELS["email"] = real


@pytest.fixture
def unknown(world: World, channel: MemoryChannel) -> Notification:
    """Be a mail whose provider broke off, some minutes ago."""
    planned = world.keeper()
    channel.fails = Unclear("broke off")
    delivery.look(planned.pk)
    channel.fails = None
    assert outcome(planned)[0] == State.UNKNOWN
    return planned


def minutes_pass() -> None:
    Notification.objects.filter(state=State.UNKNOWN).update(due_at=timezone.now())


def tell(channel: MemoryChannel, row: Notification, fate: Fate) -> None:
    channel.fates = {str(row.pk): fate}


def test_what_was_taken_is_sent_and_goes_no_second_time(
    unknown: Notification, channel: MemoryChannel
) -> None:
    tell(channel, unknown, Fate.TAKEN)
    minutes_pass()

    assert asking.ask() == 1
    delivery.look(unknown.pk)

    assert outcome(unknown) == (State.SENT, "Its provider has it.")
    assert channel.letters == []


def test_what_never_came_is_sent_again_once(unknown: Notification, channel: MemoryChannel) -> None:
    tell(channel, unknown, Fate.NEVER_CAME)
    minutes_pass()

    asking.ask()
    asking.ask()
    let_through(unknown)

    assert len(channel.letters) == 1
    assert outcome(unknown)[0] == State.SENT


def let_through(row: Notification) -> None:
    # The gate was shut by the break.
    from consumers.notifications.pacing import gate

    gate.open_again(row, timezone.now())
    for _ in range(2):
        delivery.look(row.pk)


def test_nobody_is_asked_while_the_claim_may_still_hold(
    unknown: Notification, channel: MemoryChannel
) -> None:
    tell(channel, unknown, Fate.NEVER_CAME)

    assert asking.ask() == 0
    assert outcome(unknown)[0] == State.UNKNOWN


@pytest.mark.parametrize("leap", [timedelta(hours=1), timedelta(days=1)])
def test_a_clock_that_leapt_ends_no_claim(
    world: World, channel: MemoryChannel, monkeypatch: pytest.MonkeyPatch, leap: timedelta
) -> None:
    machine = Machine(monkeypatch)
    planned = world.keeper()
    channel.fails = Unclear("broke off")
    delivery.look(planned.pk)
    channel.fails = None
    tell(channel, planned, Fate.NEVER_CAME)

    machine.leap(leap)
    assert asking.ask() == 0
    machine.leap(-leap)
    machine.go_on(timedelta(minutes=6))
    assert asking.ask() == 1


def test_an_answer_about_an_earlier_letter_says_nothing_of_a_later_one(
    unknown: Notification, channel: MemoryChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = timezone.now() + timedelta(minutes=5)

    def told_meanwhile(letter_id: str) -> Fate:
        # Another sweep had it sent again, and that broke off too.
        Notification.objects.filter(pk=letter_id).update(due_at=later)
        return Fate.NEVER_CAME

    monkeypatch.setattr(channel, "told", told_meanwhile)
    minutes_pass()

    assert asking.ask() == 0
    row = Notification.objects.get()
    assert (row.state, row.due_at) == (State.UNKNOWN, later)


def test_a_provider_that_is_slow_is_asked_for_some_seconds_and_the_rest_later(
    world: World, channel: MemoryChannel
) -> None:
    rows = [world.keeper(number) for number in range(1, 6)]
    Notification.objects.update(state=State.UNKNOWN, due_at=timezone.now())
    channel.fates = {str(row.pk): Fate.TAKEN for row in rows}

    assert asking.ask(itertools.count(step=4.0).__next__) == 2
    assert asking.ask() == 3


def test_one_asks_at_a_time(unknown: Notification, channel: MemoryChannel) -> None:
    tell(channel, unknown, Fate.TAKEN)
    minutes_pass()
    with elsewhere() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [asking.ASKING])
        assert asking.ask() == 0
        other.execute("SELECT pg_advisory_unlock_all()")

        assert asking.ask() == 1
        free = other.execute("SELECT pg_try_advisory_lock(%s)", [asking.ASKING])
        assert free.fetchall() == [(True,)]


def test_who_does_not_know_is_asked_so_often_and_no_more(
    unknown: Notification, channel: MemoryChannel
) -> None:
    for _ in range(20):
        minutes_pass()
        assert asking.ask() == 0

    row = Notification.objects.get()
    assert (row.state, row.waits) == (State.UNKNOWN, 8)


def test_a_provider_that_does_not_answer_is_asked_later(
    unknown: Notification, channel: MemoryChannel
) -> None:
    channel.fails = ChannelAway("nobody there")
    minutes_pass()
    assert asking.ask() == 0

    channel.fails = None
    tell(channel, unknown, Fate.TAKEN)
    assert asking.ask() == 1


def test_a_provider_that_does_not_answer_is_asked_once_in_a_sweep(
    world: World, channel: MemoryChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        world.keeper(number)
    Notification.objects.update(state=State.UNKNOWN, due_at=timezone.now())
    asked: list[str] = []

    def say_nothing(letter_id: str) -> Fate:
        asked.append(letter_id)
        raise ChannelAway("nobody there")

    monkeypatch.setattr(channel, "told", say_nothing)
    assert asking.ask() == 0

    assert len(asked) == 1


def test_a_mail_whose_worker_died_is_asked_about_too(world: World, channel: MemoryChannel) -> None:
    planned = world.keeper()
    ago = timezone.now() - timedelta(seconds=1)
    Notification.objects.filter(pk=planned.pk).update(state=State.SENDING, due_at=ago)
    tell(channel, planned, Fate.TAKEN)

    delivery.settle_claims()
    asking.ask()

    assert outcome(planned)[0] == State.SENT


def test_those_in_one_letter_end_alike(world: World, channel: MemoryChannel) -> None:
    first, second = world.seeker(1), world.seeker(2)
    Notification.objects.filter(pk=second.pk).update(told_with=first.pk)
    Notification.objects.update(state=State.UNKNOWN)
    tell(channel, first, Fate.TAKEN)

    assert asking.ask() == 1

    assert {outcome(each)[0] for each in (first, second)} == {State.SENT}


def broken_off_together(world: World, channel: MemoryChannel) -> list[Notification]:
    """Let two be in one letter, whose provider broke off."""
    rows = held_matches(world, 2)
    channel.fails = Unclear("broke off")
    delivery.look(rows[0].pk)
    channel.fails = None
    assert [outcome(row)[0] for row in rows] == [State.UNKNOWN, State.UNKNOWN]
    # No mail carries the second's own number.
    channel.fates = {str(row.pk): Fate.NEVER_CAME for row in rows}
    return rows


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (EventType.DELIVERED, State.DELIVERED),
        (EventType.BOUNCED, State.BOUNCED),
        (EventType.COMPLAINED, State.COMPLAINED),
    ],
)
def test_a_report_settles_all_that_its_letter_tells(
    world: World, channel: MemoryChannel, told: str, state: State
) -> None:
    rows = broken_off_together(world, channel)
    metadata = {hearing.METADATA: str(rows[0].pk)}
    hearing.hear(None, AnymailTrackingEvent(event_type=told, metadata=metadata), "postmark")
    minutes_pass()

    assert asking.ask() == 0
    for row in rows:
        delivery.look(row.pk)

    assert [outcome(row)[0] for row in rows] == [state, state]
    assert channel.letters == []


def test_who_was_told_in_anothers_letter_is_asked_about_by_that_ones_number_only(
    world: World, channel: MemoryChannel
) -> None:
    rows = broken_off_together(world, channel)
    Notification.objects.filter(pk=rows[0].pk).update(state=State.DELIVERED)
    minutes_pass()

    assert asking.ask() == 0
    assert outcome(rows[1])[0] == State.UNKNOWN


@pytest.mark.parametrize("name", ["feed", "webhook"])
def test_what_may_be_repeated_is_repeated_and_needs_not_tell(world: World, name: str) -> None:
    planned = world.keeper()
    Notification.objects.filter(pk=planned.pk).update(
        channel=name, state=State.SENDING, due_at=timezone.now()
    )

    delivery.settle_claims()

    assert not isinstance(CHANNELS[name], Tells)
    assert outcome(planned)[0] == State.PLANNED


def test_a_server_by_smtp_cannot_be_asked(world: World) -> None:
    planned = world.keeper()
    Notification.objects.filter(pk=planned.pk).update(state=State.UNKNOWN)

    assert asking.ask() == 0
    assert outcome(planned)[0] == State.UNKNOWN
