"""What comes late in one batch: each favourite and each search counts from its own moment."""

from datetime import datetime, timedelta

import pytest

from consumers.notifications.deciding import late
from consumers.notifications.ledger.models import Notification
from consumers.notifications.models import Digest, Favourite, SavedSearch
from tests.consumers.notifications.conftest import World
from tests.consumers.notifications.telling import OURS

# Somebody who was there in time, and somebody who came a moment after.
EARLY, YOUNGER = 1, 2


@pytest.fixture
def world(world: World) -> World:
    """Give everything to the service, and let an overview be due as the home changes."""
    world.change.handled_by = OURS.text()
    world.change.save()
    at = world.change.happened_at
    facts = {"frequency": "daily", "slot": at, "since": at - timedelta(days=1)}
    Digest.objects.create(event_id="due", handled_by=OURS.text(), **facts)
    return world


def moments(world: World) -> list[tuple[int, datetime]]:
    at = world.change.happened_at
    return [(EARLY, at), (YOUNGER, at + timedelta(seconds=1))]


def told() -> list[tuple[int, str]]:
    return list(Notification.objects.values_list("account_id", "kind"))


def test_of_favourites(world: World) -> None:
    favourites = Favourite.objects.bulk_create(
        Favourite(id=whose, account_id=whose, listing_id=world.home.pk, since=since)
        for whose, since in moments(world)
    )

    late.plan_for_favourites(favourites)

    assert told() == [(EARLY, "price")]


@pytest.mark.parametrize(("frequency", "kind"), [("instant", "match"), ("daily", "digest")])
def test_of_searches(world: World, frequency: str, kind: str) -> None:
    facts = {"criteria": {}, "frequency": frequency, "version": 1}
    searches = SavedSearch.objects.bulk_create(
        SavedSearch(id=whose, account_id=whose, since=since, **facts)
        for whose, since in moments(world)
    )

    late.plan_for_searches(searches)

    assert told() == [(EARLY, kind)]
