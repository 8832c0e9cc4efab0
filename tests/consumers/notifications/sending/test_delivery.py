"""From the plan to the letter: looked at again, claimed, sent once, put off, given up."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from consumers.notifications.channels import CHANNELS
from consumers.notifications.channels.memory import MemoryChannel
from consumers.notifications.channels.port import ChannelAway, Refused, Unclear
from consumers.notifications.ledger.models import Choice, Notification, State
from consumers.notifications.models import Favourite, OptOut, Person, SavedSearch
from consumers.notifications.pacing.models import Gate
from consumers.notifications.sending import delivery, links, waiting
from consumers.notifications.sending.links import Subscription
from consumers.notifications.site import choices
from tests.consumers.notifications.conftest import World, html_of, outcome
from tests.consumers.notifications.keys import ERASED, UNREACHED

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> Iterator[MemoryChannel]:
    """Stand where the mail server is."""
    real = CHANNELS["email"]
    CHANNELS["email"] = channel = MemoryChannel()
    yield channel
    CHANNELS["email"] = real


def due_again(notification: Notification) -> None:
    """Let the wait be over."""
    Notification.objects.filter(pk=notification.pk).update(due_at=timezone.now())


def test_a_letter_is_sent_once_however_often_the_worker_looks(
    world: World, channel: MemoryChannel
) -> None:
    planned = world.keeper()

    for _ in range(3):
        delivery.look(planned.pk)

    (letter,) = channel.letters
    assert letter.to == "person1@example.org"
    assert letter.subject == "Brick ranch with porch: now $185,000"
    assert outcome(planned) == (State.SENT, "")


def test_nothing_is_read_twice_for_a_letter(world: World, channel: MemoryChannel) -> None:
    planned = world.keeper()
    with CaptureQueriesContext(connection) as asked:
        delivery.look(planned.pk)

    reads = [each["sql"] for each in asked.captured_queries if each["sql"].startswith("SELECT")]
    tables = [re.findall(r'FROM "notifications_(\w+)"', sql)[0] for sql in reads]
    tables.remove("ledger_notification")
    # The ledger also tells what merges with it.
    assert (len(channel.letters), sorted(tables)) == (1, sorted({*tables}))


def test_what_is_no_longer_true_or_welcome_is_dropped_with_the_reason(
    world: World, channel: MemoryChannel
) -> None:
    reasons = {}
    world.keeper(1)
    OptOut.objects.create(account_id=1, kind="price", since=timezone.now())
    world.keeper(2)
    Favourite.objects.filter(account_id=2).delete()
    world.keeper(3)
    Person.objects.filter(pk=3).update(is_reachable=False)
    world.seeker(4, price_max=100)
    world.seeker(5)
    SavedSearch.objects.filter(account_id=5).update(frequency="none")
    world.keeper(int(ERASED))

    for planned in Notification.objects.all():
        delivery.look(planned.pk)
        reasons[planned.account_id] = outcome(planned)

    assert channel.letters == []
    assert {state for state, _ in reasons.values()} == {State.DROPPED}
    assert [reasons[number][1] for number in sorted(reasons)] == [
        "The person does not want this kind.",
        "The home is no favourite any more.",
        "The person has no account any more.",
        "The home does not fit the search any more.",
        "The saved search asks for it no more.",
        "The person's address can be opened no more.",
    ]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"status": "sold"}, "The home was sold or withdrawn meanwhile."),
        ({"status": "withdrawn"}, "The home was sold or withdrawn meanwhile."),
        ({"price": 1000}, "The price changed again."),
    ],
)
def test_a_home_is_looked_at_again(
    world: World, channel: MemoryChannel, facts: dict[str, object], reason: str
) -> None:
    planned = world.keeper()
    for name, value in facts.items():
        setattr(world.home, name, value)
    world.home.save()

    delivery.look(planned.pk)

    assert (channel.letters, outcome(planned)) == ([], (State.DROPPED, reason))


def test_what_is_old_is_dropped(world: World, channel: MemoryChannel, settings: Settings) -> None:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, oldest=timedelta(days=2))
    planned = world.keeper()
    long_ago = timezone.now() - timedelta(days=3)
    Notification.objects.filter(pk=planned.pk).update(planned_at=long_ago)

    delivery.look(planned.pk)

    assert outcome(planned) == (State.DROPPED, "It is old by now.")


def test_a_server_that_is_away_is_tried_until_it_answers_and_costs_no_attempt(
    world: World, channel: MemoryChannel
) -> None:
    planned = world.keeper()
    channel.fails = ChannelAway("nobody there")
    for _ in range(20):
        delivery.look(planned.pk)
        Gate.objects.update(closed_until=timezone.now())
    now = Notification.objects.get(pk=planned.pk)
    assert (now.state, now.attempts, now.waits) == (State.PLANNED, 0, 1)

    channel.fails = None
    delivery.look(planned.pk)

    assert outcome(planned)[0] == State.SENT


def test_each_wait_is_twice_as_long(world: World) -> None:
    planned = world.keeper(int(UNREACHED))
    waits = []
    for _ in range(3):
        delivery.look(planned.pk)
        due = Notification.objects.get(pk=planned.pk).due_at - timezone.now()
        waits.append(round(due.total_seconds()))
        due_again(planned)

    assert waits == [15, 30, 60]


def test_a_refusal_is_tried_again_eight_times_and_a_final_one_never(
    world: World, channel: MemoryChannel
) -> None:
    tried, refused = world.keeper(1), world.keeper(2)
    channel.fails = Refused("try later", is_final=False)
    for _ in range(9):
        delivery.look(tried.pk)
        due_again(tried)
    channel.fails = Refused("no such mailbox", is_final=True)
    delivery.look(refused.pk)

    assert Notification.objects.get(pk=tried.pk).attempts == 8
    assert outcome(tried) == (State.FAILED, "try later")
    assert outcome(refused) == (State.FAILED, "no such mailbox")


def test_a_mail_that_may_have_arrived_is_not_repeated(world: World, channel: MemoryChannel) -> None:
    broken, died = world.keeper(1), world.keeper(2)
    channel.fails = Unclear("broke off")
    delivery.look(broken.pk)
    Notification.objects.filter(pk=died.pk).update(state=State.SENDING, due_at=timezone.now())
    delivery.settle_claims()

    assert outcome(broken) == (State.UNKNOWN, "broke off")
    assert outcome(died)[0] == State.UNKNOWN


def test_an_item_of_the_feed_that_may_have_arrived_is_repeated(world: World) -> None:
    planned = world.keeper()
    Choice.objects.create(account_id=1, kind="price", channel="feed", is_wanted=True)
    Notification.objects.filter(pk=planned.pk).update(
        channel="feed", state=State.SENDING, due_at=timezone.now()
    )

    delivery.settle_claims()
    delivery.look(planned.pk)

    assert outcome(planned) == (State.SENT, "")


def test_an_address_that_cannot_be_had_yet_is_waited_for(
    world: World, channel: MemoryChannel
) -> None:
    untold, unreached = world.keeper(1), world.keeper(int(UNREACHED))
    Person.objects.filter(pk=1).delete()

    for planned in (untold, unreached):
        delivery.look(planned.pk)
        assert outcome(planned)[0] == State.PLANNED

    assert channel.letters == []


def test_what_is_due_and_got_lost_is_found_the_oldest_first(world: World) -> None:
    late, later, fresh = (world.keeper(number) for number in (1, 2, 3))
    ago = timezone.now() - timedelta(minutes=5)
    Notification.objects.exclude(pk=fresh.pk).update(due_at=ago)
    Notification.objects.filter(pk=later.pk).update(planned_at=ago - timedelta(minutes=5))

    assert list(waiting.notifications()) == [later.pk, late.pk]


def test_of_the_monoliths_word_and_ours_the_later_counts(
    world: World, channel: MemoryChannel
) -> None:
    planned = world.keeper()
    now = timezone.now()
    OptOut.objects.create(account_id=1, kind="price", since=now - timedelta(days=2))
    Choice.objects.create(account_id=1, kind="price", is_wanted=True)

    delivery.look(planned.pk)

    assert outcome(planned) == (State.SENT, "")


def test_a_match_names_the_link_that_ends_its_search_and_no_other(
    world: World, channel: MemoryChannel
) -> None:
    first, second = world.seeker(1), world.seeker(2)
    delivery.look(first.pk)
    (letter,) = channel.letters
    token = letter.headers["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    assert links.read(token) == Subscription(1, "match", first.saved_search_id)

    choices.unsubscribe(Subscription(2, "match", second.saved_search_id))
    delivery.look(second.pk)

    assert outcome(second) == (State.DROPPED, "The saved search asks for it no more.")


def test_a_mail_has_both_forms_and_the_headers_that_end_it(world: World) -> None:
    planned = world.keeper()

    delivery.look(planned.pk)

    (sent,) = mail.outbox
    assert sent.to == ["person1@example.org"]
    assert sent.extra_headers["Message-ID"] == f"<{planned.pk}@maumeehomes.example>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("http://127.0.0.1:8000/unsubscribe/n/")
    assert link in sent.body
    assert "$185,000, down from $200,000" in sent.body
    assert "http://127.0.0.1:8000/homes/12-brick-ranch-with-porch/" in sent.body
    assert "down from $200,000" in html_of(sent)
