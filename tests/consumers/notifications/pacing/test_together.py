"""Matches that waited: told in one letter, each ended once, whoever looks first or dies."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from consumers.notifications.ledger.models import Notification, State, id_of
from consumers.notifications.models import Change, Home, Person, SavedSearch
from consumers.notifications.pacing import together
from consumers.notifications.sending import delivery, letters, waiting
from consumers.notifications.sending.about import About
from tests.consumers.notifications.conftest import World, html_of, outcome

pytestmark = pytest.mark.django_db


def held_matches(world: World, count: int = 3, **facts: object) -> list[Notification]:
    """Let somebody's matches have waited for their morning."""
    world.person(1)
    search = SavedSearch.objects.create(
        account_id=1, criteria={}, frequency="instant", version=1, since=world.change.happened_at
    )
    return [_held(world, number, search, **facts) for number in range(count)]


def _held(world: World, number: int, search: SavedSearch, **facts: object) -> Notification:
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
        saved_search_id=search.pk,
        is_held=True,
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
    assert "List-Unsubscribe" in sent.extra_headers
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
    ago = timezone.now() - timedelta(minutes=10)
    Notification.objects.filter(pk=rows[0].pk).update(state=State.SENDING)
    Notification.objects.update(due_at=ago)
    assert list(waiting.notifications()) == []
    delivery.settle_claims()
    for row in rows:
        delivery.look(row.pk)

    assert {outcome(row)[0] for row in rows} == {State.UNKNOWN}
    assert mail.outbox == []


def test_one_that_is_claimed_already_is_not_gathered_and_one_gathered_is_not_claimed(
    world: World,
) -> None:
    claimed, speaker, other = held_matches(world)
    Notification.objects.filter(pk=claimed.pk).update(state=State.SENDING)

    assert together.gather(speaker, timezone.now())

    assert [each.pk for each in together.gathered(speaker)] == [other.pk]
    # Its worker read it before, and now finds it taken.
    assert not delivery._claim(other, letters.write(About(other), needs_address=False))


def test_one_that_is_taken_back_amid_the_writing_is_in_no_letter(world: World) -> None:
    speaker, other, back = held_matches(world)
    assert together.gather(speaker, timezone.now())
    letter = letters.write(About(speaker), needs_address=False)
    assert letter.also == (other.pk, back.pk)
    Notification.objects.filter(pk=back.pk).update(state=State.RETURNED)

    assert not delivery._claim(speaker, letter)
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


def test_one_that_did_not_wait_goes_alone(world: World) -> None:
    rows = held_matches(world)
    Notification.objects.update(is_held=False)

    for row in rows:
        delivery.look(row.pk)

    assert len(mail.outbox) == 3
