"""Matches of one person: told in one letter, each ended once, whoever looks first or dies."""

import itertools
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from cdc.contracts.notification_ids import id_of
from consumers.notifications.channels import CHANNELS
from consumers.notifications.channels.memory import MemoryChannel
from consumers.notifications.channels.port import Letter, Refused
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Change, Home, Person, SavedSearch
from consumers.notifications.pacing import together
from consumers.notifications.sending import delivery, letters, links, waiting
from consumers.notifications.sending.about import About
from consumers.notifications.sending.links import Subscription
from tests.consumers.notifications.conftest import World, html_of, outcome, reduced_home

pytestmark = pytest.mark.django_db


def held_matches(world: World, count: int = 3, **facts: Any) -> list[Notification]:
    """Let somebody's matches have waited for their morning."""
    world.person(1)
    search = SavedSearch.objects.create(
        account_id=1, criteria={}, frequency="instant", version=1, since=world.change.happened_at
    )
    return [_held(world, number, search.pk, **facts) for number in range(count)]


def one_more(world: World, row: Notification, number: int) -> Notification:
    """Let another home fit the same search just now."""
    return _held(world, number, row.saved_search_id or 0, is_held=False)


def _held(
    world: World, number: int, search_id: int, *, is_held: bool = True, **facts: Any
) -> Notification:
    home = Home.objects.get(pk=world.home.pk)
    home.pk, home.title = 1000 + number, f"Ranch {number} <b>"
    for name, value in facts.items():
        setattr(home, name, value)
    home.save()
    event = f"published-{number}"
    Change.objects.create(
        event_id=event,
        listing_id=home.pk,
        version=1,
        what="published",
        new_price=home.price,
        happened_at=timezone.now(),
    )
    return Notification.objects.create(
        id=id_of(event, 1, "match"),
        event_id=event,
        account_id=1,
        kind="match",
        listing_id=home.pk,
        saved_search_id=search_id,
        is_held=is_held,
    )


def test_what_waited_is_told_in_one_letter(world: World) -> None:
    rows = held_matches(world, neighbourhood="Maumee")

    for row in (*rows, *rows):
        delivery.look(row.pk)

    (sent,) = mail.outbox
    assert sent.subject == "3 new homes in Maumee"
    assert sent.body.count("/homes/100") == 3
    assert "Ranch 0 &lt;b&gt;" in html_of(sent)
    assert "Ranch 0 <b>" not in html_of(sent)
    # Of several searches, the kind ends and none of them.
    token = sent.extra_headers["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    assert links.read(token) == Subscription(rows[0].account_id, "match")
    assert {outcome(row) for row in rows} == {(State.SENT, "")}


def test_a_home_that_was_sold_meanwhile_is_left_out_and_dropped(world: World) -> None:
    rows = held_matches(world)
    Home.objects.filter(title="Ranch 1 <b>").update(status="sold")

    for row in (rows[0], rows[1], rows[2]):
        delivery.look(row.pk)

    (sent,) = mail.outbox
    assert sent.subject.startswith("2 new homes")
    assert outcome(rows[1]) == (State.DROPPED, "The home does not fit the search any more.")


def test_who_speaks_and_is_dropped_lets_the_others_go(world: World) -> None:
    rows = held_matches(world)
    Home.objects.filter(title="Ranch 0 <b>").update(status="sold")

    for row in rows:
        delivery.look(row.pk)

    assert [outcome(row)[0] for row in rows] == [State.DROPPED, State.SENT, State.SENT]
    (sent,) = mail.outbox
    assert sent.subject.startswith("2 new homes")


def test_who_speaks_and_dies_takes_the_others_along_and_nobody_is_told_twice(world: World) -> None:
    rows = held_matches(world)
    assert together.gather(rows[0], timezone.now())
    assert not together.gather(rows[1], timezone.now())
    letter = letters.write(About(rows[0]), needs_address=False)
    assert delivery._claim(rows[0], letter, None)
    Notification.objects.update(due_at=timezone.now() - timedelta(minutes=10))
    assert list(waiting.notifications()) == []
    delivery.settle_claims()
    for row in rows:
        delivery.look(row.pk)

    assert {outcome(row)[0] for row in rows} == {State.UNKNOWN}
    assert mail.outbox == []


@pytest.mark.parametrize("ended", [State.SENT, State.UNKNOWN])
def test_who_ends_and_dies_before_it_says_so_of_the_others_is_followed_by_the_sweep(
    world: World, ended: State
) -> None:
    speaker, told, left = held_matches(world)
    delivery.look(speaker.pk)
    Notification.objects.filter(pk=speaker.pk).update(state=ended)
    Notification.objects.filter(pk__in=[told.pk, left.pk]).update(
        told_with=speaker.pk, state=State.SENDING, due_at=timezone.now() - timedelta(hours=1)
    )
    Notification.objects.filter(pk=left.pk).update(state=State.PLANNED)

    delivery.settle_claims()

    assert [outcome(row)[0] for row in (speaker, told, left)] == [ended, ended, State.PLANNED]
    assert Notification.objects.get(pk=left.pk).told_with is None


def test_one_that_is_claimed_already_is_not_gathered_and_one_gathered_is_not_claimed(
    world: World,
) -> None:
    claimed, speaker, other = held_matches(world)
    Notification.objects.filter(pk=claimed.pk).update(state=State.SENDING)

    assert together.gather(speaker, timezone.now())

    assert [each.pk for each in together.gathered(speaker)] == [other.pk]
    # Its worker read it before, and now finds it taken.
    assert not delivery._claim(other, letters.write(About(other), needs_address=False), None)


def test_one_that_is_taken_back_amid_the_writing_is_in_no_letter(world: World) -> None:
    speaker, other, back = held_matches(world)
    assert together.gather(speaker, timezone.now())
    letter = letters.write(About(speaker), needs_address=False)
    assert letter.also == (other.pk, back.pk)
    Notification.objects.filter(pk=back.pk).update(state=State.RETURNED)

    assert not delivery._claim(speaker, letter, None)
    delivery.look(speaker.pk)

    (sent,) = mail.outbox
    assert sent.subject.startswith("2 new homes")
    assert [outcome(row)[0] for row in (speaker, other, back)] == [
        State.SENT,
        State.SENT,
        State.RETURNED,
    ]


def test_what_is_put_off_is_put_off_together(world: World) -> None:
    rows = held_matches(world)
    Person.objects.filter(pk=1).update(email="")

    delivery.look(rows[0].pk)

    kept = Notification.objects.filter(state=State.PLANNED, told_with=rows[0].pk)
    assert kept.filter(due_at__gt=timezone.now()).count() == 2


def test_what_is_due_in_one_moment_comes_at_once_and_together(world: World) -> None:
    rows = held_matches(world, neighbourhood="Maumee")
    Notification.objects.update(is_held=False)

    for row in rows:
        delivery.look(row.pk)

    (sent,) = mail.outbox
    assert sent.subject == "3 new homes in Maumee"


def test_the_first_goes_at_once_and_what_follows_in_a_moment_comes_together(world: World) -> None:
    (first,) = held_matches(world, 1)
    Notification.objects.update(is_held=False)
    delivery.look(first.pk)
    later = [one_more(world, first, number) for number in (1, 2)]

    for row in later:
        delivery.look(row.pk)
    assert [each.subject for each in mail.outbox] == ["Ranch 0 <b>: new, $185,000"]
    sent_at = Notification.objects.get(pk=first.pk).sent_at
    assert sent_at
    rows = Notification.objects.filter(pk__in=[row.pk for row in later])
    assert {row.due_at for row in rows} == {sent_at + timedelta(minutes=1)}

    # The moment is over.
    Notification.objects.update(due_at=timezone.now())
    Notification.objects.filter(pk=first.pk).update(sent_at=sent_at - timedelta(minutes=1))
    for row in later:
        delivery.look(row.pk)
    assert [each.subject[:11] for each in mail.outbox[1:]] == ["2 new homes"]
    assert {outcome(row) for row in (first, *later)} == {(State.SENT, "")}


def test_who_comes_while_a_letter_is_on_its_way_waits(world: World) -> None:
    first, second = held_matches(world, 2)
    soon = timezone.now() + timedelta(minutes=1)
    Notification.objects.filter(pk=first.pk).update(state=State.SENDING, due_at=soon)

    delivery.look(second.pk)

    row = Notification.objects.get(pk=second.pk)
    assert (row.state, row.is_held, mail.outbox) == (State.PLANNED, True, [])


def test_who_comes_before_a_letter_is_claimed_takes_all_of_it_over(world: World) -> None:
    rows = held_matches(world)
    assert together.gather(rows[0], timezone.now())
    letter = letters.write(About(rows[0]), needs_address=False)
    newcomer = one_more(world, rows[0], 3)

    delivery.look(newcomer.pk)
    assert not delivery._claim(rows[0], letter, None)
    delivery.settle_claims()

    (sent,) = mail.outbox
    assert sent.subject.startswith("4 new homes")
    assert {outcome(row)[0] for row in (*rows, newcomer)} == {State.SENT}


def test_who_comes_after_the_letter_was_written_is_told_by_the_next(world: World) -> None:
    rows = held_matches(world)
    assert together.gather(rows[0], timezone.now())
    letter = letters.write(About(rows[0]), needs_address=False)
    newcomer = one_more(world, rows[0], 3)
    # Another worker has the same number.
    assert together.gather(rows[0], timezone.now())

    assert delivery._claim(rows[0], letter, None)
    together.follow(rows[0])
    delivery._end(rows[0], State.SENT)
    together.follow(rows[0])

    left = Notification.objects.get(pk=newcomer.pk)
    assert (left.state, left.told_with) == (State.PLANNED, None)
    assert {outcome(row)[0] for row in rows} == {State.SENT}


def test_what_was_refused_is_told_again_also_when_the_worker_died_then(world: World) -> None:
    rows = held_matches(world)
    assert together.gather(rows[0], timezone.now())
    assert delivery._claim(rows[0], letters.write(About(rows[0]), needs_address=False), None)
    # Refused: its own row says so, and the others do not yet.
    Notification.objects.filter(pk=rows[0].pk).update(state=State.PLANNED, due_at=timezone.now())

    delivery.look(rows[0].pk)

    (sent,) = mail.outbox
    assert sent.subject.startswith("3 new homes")
    assert {outcome(row)[0] for row in rows} == {State.SENT}


def test_more_than_a_letter_lists_are_left_for_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "_MOST", 2)
    rows = held_matches(world)

    delivery.look(rows[0].pk)

    assert [outcome(row)[0] for row in rows] == [State.SENT, State.SENT, State.PLANNED]
    assert Notification.objects.get(pk=rows[2].pk).told_with is None


def test_without_a_window_each_that_did_not_wait_goes_alone(
    world: World, settings: Settings
) -> None:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, together=timedelta())
    rows = held_matches(world)
    Notification.objects.update(is_held=False)

    for row in rows:
        delivery.look(row.pk)

    assert len(mail.outbox) == 3


class _Moody(MemoryChannel):
    """Refuses every third letter, and takes it when it comes again."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = itertools.count(1)

    def _deliver(self, letter: Letter) -> None:
        if next(self._asked) % 3 == 0:
            raise Refused("Try again.", is_final=False)
        super()._deliver(letter)


@pytest.mark.django_db(transaction=True)
def test_whoever_looks_at_once_each_home_is_told_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, channel = reduced_home(), _Moody()
    monkeypatch.setitem(CHANNELS, "email", channel)
    settings.NOTIFICATIONS = replace(
        settings.NOTIFICATIONS, together=timedelta(microseconds=1), first_wait=timedelta()
    )
    rows = held_matches(world, 12)
    Notification.objects.update(is_held=False, due_at=timezone.now() + timedelta(hours=1))

    def work(seed: int) -> None:
        chance = Random(seed)
        try:
            for row in chance.choices(rows, k=60):
                if chance.random() < 0.2:
                    later = Notification.objects.filter(pk=row.pk, due_at__gt=timezone.now())
                    later.filter(state=State.PLANNED).update(due_at=timezone.now())
                delivery.look(row.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    for row in rows * 3:
        # What the sweep would find.
        Notification.objects.filter(state=State.PLANNED).update(due_at=timezone.now())
        delivery.look(row.pk)

    homes = (re.findall("/homes/([0-9]+)-", each.text) for each in channel.letters)
    assert Counter(itertools.chain(*homes)) == {str(row.listing_id): 1 for row in rows}
    assert {outcome(row)[0] for row in rows} == {State.SENT}
