"""A worker dies at each step of a letter, or meets another: one letter at most, and none is lost
without a word."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from consumers.notifications.channels import CHANNELS
from consumers.notifications.channels.memory import MemoryChannel
from consumers.notifications.channels.port import Deliver, Letter
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.management.commands import status
from consumers.notifications.models import Change
from consumers.notifications.operating.standing import standing
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import delivery, waiting
from consumers.runtime.faults import Crash
from tests.consumers.notifications.conftest import World, outcome

pytestmark = pytest.mark.django_db

Step = str
# The server is reached; the letter is claimed; the letter is handed over.
STEPS = ("opened", "claimed", "delivered")


class WatchedChannel(MemoryChannel):
    """A channel that calls somebody at every step."""

    def __init__(self, reached: Callable[[Step], None], *, is_repeatable: bool) -> None:
        super().__init__(is_repeatable=is_repeatable)
        self._reached = reached

    @contextmanager
    def opened(self) -> Iterator[Deliver]:
        with super().opened() as deliver:
            self._reached("opened")

            def deliver_watched(letter: Letter) -> None:
                self._reached("claimed")
                deliver(letter)
                self._reached("delivered")

            yield deliver_watched


@contextmanager
def mails_by(
    reached: Callable[[Step], None], *, is_repeatable: bool = False
) -> Iterator[WatchedChannel]:
    """Stand where the mail server is."""
    real = CHANNELS["email"]
    CHANNELS["email"] = channel = WatchedChannel(reached, is_repeatable=is_repeatable)
    yield channel
    CHANNELS["email"] = real


def die_once_at(step: Step) -> Callable[[Step], None]:
    left = [step]

    def reached(at: Step) -> None:
        if at in left:
            left.remove(at)
            raise Crash(at)

    return reached


def come_back() -> None:
    """Do what the sweep does when leases and patience are over."""
    long_ago = timezone.now() - timedelta(hours=1)
    Notification.objects.filter(state__in=[State.PLANNED, State.SENDING]).update(due_at=long_ago)
    delivery.settle_claims()
    for number in waiting.notifications():
        delivery.look(number)


@pytest.mark.parametrize(
    ("step", "arrives", "state"),
    [("opened", 1, State.SENT), ("claimed", 0, State.UNKNOWN), ("delivered", 1, State.UNKNOWN)],
)
def test_a_mail_whose_worker_dies_goes_once_or_is_told_to_be_unknown(
    world: World, step: Step, arrives: int, state: State
) -> None:
    planned = world.keeper()
    with mails_by(die_once_at(step)) as channel:
        with pytest.raises(Crash):
            delivery.look(planned.pk)
        for _ in range(2):
            come_back()

    assert (len(channel.letters), outcome(planned)[0]) == (arrives, state)


def test_what_nobody_knows_is_counted_and_shown(world: World) -> None:
    planned = world.keeper()
    with mails_by(die_once_at("delivered")):
        with pytest.raises(Crash):
            delivery.look(planned.pk)
        come_back()

    told = standing()

    (bad,) = told["failures"]
    assert (bad["channel"], bad["state"], bad["count"]) == ("email", "unknown", 1)
    assert "The worker died while sending; it may have arrived." in status.table(told)


@pytest.mark.parametrize("step", STEPS)
def test_what_may_be_repeated_always_arrives(world: World, step: Step) -> None:
    planned = world.keeper()
    with mails_by(die_once_at(step), is_repeatable=True) as channel:
        with pytest.raises(Crash):
            delivery.look(planned.pk)
        for _ in range(2):
            come_back()

    # Whoever takes it twice knows it by its id.
    assert {letter.id for letter in channel.letters} == {str(planned.pk)}
    assert outcome(planned)[0] == State.SENT


@pytest.mark.parametrize("step", STEPS)
def test_two_workers_with_one_letter_send_it_once(world: World, step: Step) -> None:
    planned = world.keeper()
    met: list[Step] = []

    def meet_another(at: Step) -> None:
        if at == step and not met:
            met.append(at)
            delivery.look(planned.pk)

    with mails_by(meet_another) as channel:
        delivery.look(planned.pk)

    assert (len(channel.letters), outcome(planned)) == (1, (State.SENT, ""))


@pytest.mark.parametrize(("step", "goes"), [("opened", "second"), ("claimed", "first")])
def test_of_two_letters_to_one_person_at_once_no_more_go_than_the_day_allows(
    world: World, step: Step, goes: str
) -> None:
    second = world.plan(1, "status")
    Notification.objects.update(event_id="another")
    first = world.keeper()
    Change.objects.create(
        event_id="another",
        listing_id=world.home.pk,
        version=2,
        what="moved",
        new_status=world.home.status,
        happened_at=timezone.now(),
    )
    Rhythm.objects.create(account_id=1, most_a_day=1)
    met: list[Step] = []

    def meet_another(at: Step) -> None:
        if at == step and not met:
            met.append(at)
            delivery.look(second.pk)

    with mails_by(meet_another) as channel:
        delivery.look(first.pk)

    sent, held = (first, second) if goes == "first" else (second, first)
    assert [letter.id for letter in channel.letters] == [str(sent.pk)]
    assert outcome(held) == (State.PLANNED, "The person was told enough for a day.")
