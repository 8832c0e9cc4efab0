"""What is to be known first is waited for: favourites of a match, and the news of an overview."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from cdc.contracts.handled_by import Given, Stamp
from consumers.notifications.deciding import digests
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Favourite, OptOut
from consumers.notifications.sending import delivery
from tests.consumers.notifications import topics
from tests.consumers.notifications.conftest import World, outcome
from tests.consumers.notifications.deciding.test_digests import another, asks, digest
from tests.consumers.notifications.telling import OURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told")]

WAITS = (State.PLANNED, "Favourites are not read up to the change.")


@pytest.fixture
def match(world: World) -> Notification:
    """Plan a match a while ago, whose person is the monolith's as far as favourites go."""
    world.change.handled_by = Stamp.of({"match": Given(((0, 10_000),))}).text()
    world.change.save()
    return planned_ago(world.seeker(1), timedelta(seconds=5))


def planned_ago(match: Notification, ago: timedelta) -> Notification:
    match.planned_at -= ago
    match.due_at = match.planned_at
    match.save()
    return match


def keep(world: World, later: timedelta = timedelta()) -> None:
    since = world.change.happened_at + later
    Favourite.objects.create(id=1, account_id=1, listing_id=world.home.pk, since=since)


def look_again(match: Notification) -> tuple[str, str]:
    Notification.objects.filter(pk=match.pk).update(due_at=match.due_at)
    delivery.look(match.pk)
    return outcome(match)


def test_it_goes_when_favourites_are_read_and_it_is_none(match: Notification) -> None:
    topics.hold(favourites=7)
    topics.read(favourites=6)
    assert look_again(match) == WAITS

    topics.read(favourites=7)
    assert look_again(match) == (State.SENT, "")


def test_a_favourite_told_late_leaves_it_to_the_monolith(world: World, match: Notification) -> None:
    topics.hold(favourites=7)
    topics.read(favourites=6)
    assert look_again(match) == WAITS

    keep(world)
    topics.read(favourites=7)
    assert look_again(match) == (State.DROPPED, "The monolith tells it, as of a favourite.")


def test_an_opt_out_told_late_leaves_it_to_the_service(world: World, match: Notification) -> None:
    topics.hold(favourites=7)
    topics.read(favourites=7)
    keep(world)
    OptOut.objects.create(account_id=1, kind="price", since=world.change.happened_at)

    assert look_again(match) == (State.SENT, "")


def test_what_somebody_keeps_since_the_change_is_the_services(
    world: World, match: Notification
) -> None:
    topics.hold(favourites=7)
    topics.read(favourites=7)
    keep(world, later=timedelta(seconds=1))

    assert look_again(match) == (State.SENT, "")


def test_it_waits_for_a_broker_that_is_away_but_not_for_ever(
    world: World, match: Notification
) -> None:
    assert look_again(match) == WAITS

    planned_ago(match, timedelta(hours=1))
    assert look_again(match) == (State.SENT, "")


def test_a_clock_that_leaps_ahead_gives_up_no_waiting(
    match: Notification, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics.hold(favourites=7)
    topics.read(favourites=6)
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(hours=5))

    assert look_again(match) == WAITS


def test_what_a_clock_that_was_ahead_planned_goes_when_favourites_are_read(
    match: Notification,
) -> None:
    Notification.objects.update(planned_at=match.planned_at + timedelta(hours=5))
    topics.hold(favourites=7)
    topics.read(favourites=6)
    assert look_again(match) == WAITS

    topics.read(favourites=7)
    assert look_again(match) == (State.SENT, "")


def test_what_waited_with_others_goes_its_own_way(world: World, match: Notification) -> None:
    world.change.pk, world.change.handled_by = "0199-reduced", OURS.text()
    world.change.save()
    other = world.plan(1, "match", saved_search_id=match.saved_search_id)
    Notification.objects.update(is_held=True)

    delivery.look(other.pk)

    assert len(mail.outbox) == 1
    assert Notification.objects.get(pk=match.pk).told_with is None
    # The minute after a letter is over.
    Notification.objects.filter(pk=other.pk).update(sent_at=match.planned_at - timedelta(minutes=1))
    assert look_again(match) == WAITS


def test_an_overview_waits_until_all_that_happened_is_read(world: World) -> None:
    asks(1, 1)
    world.person(1)
    (planned,) = Notification.objects.bulk_create(digests.plan(digest()))
    planned_ago(planned, timedelta(seconds=5))
    topics.hold(events=3)
    topics.read(events=2)
    assert look_again(planned) == (State.PLANNED, "What happened is not read up to the slot.")

    another(world, 21, "published", 60)
    topics.read(events=3)
    assert look_again(planned) == (State.SENT, "")
