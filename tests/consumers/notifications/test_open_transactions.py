"""What is under way in a transaction of its own while a home changes, where kinds are divided.

Two connections: one keeps a home, or no longer, and commits after the change did, and before either
side decides. Whichever kind is the service's, nobody hears of the change twice; and once, unless
they have given the home up.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from consumers.notifications.ledger.models import Notification
from monolith.alerts.models import Alert
from monolith.interests import services as interests
from tests.consumers.notifications.test_both_sides import BothSides
from tests.monolith import stamps
from tests.open_transactions import under_way

pytestmark = pytest.mark.django_db(transaction=True)

EVERYBODY: tuple[set[int], bool] = (set(), True)
# Of `BothSides`: who keeps the home, which fits the first two's searches, and not the last one's.
KEEPER, SEEKER, OTHER = 0, 1, 3

Decide = Callable[[BothSides], None]


def monolith_first(world: BothSides) -> None:
    list(world.settle())


def service_first(world: BothSides) -> None:
    world.tell()
    list(world.settle())


def news_first(world: BothSides) -> None:
    world.tell_news()
    list(world.settle())


EITHER_DIVIDED = pytest.mark.parametrize("moved", ["price", "match"])
WHOEVER_IS_FIRST = pytest.mark.parametrize("decide", [monolith_first, service_first, news_first])


@pytest.fixture
def world(settings: Settings) -> Iterator[BothSides]:
    settings.OUTBOX_STAMP = "tests.monolith.stamps.stamp"
    stamps.GIVEN.clear()
    world = BothSides()
    world.tell()
    yield world
    world.line.close()
    stamps.GIVEN.clear()


def told(world: BothSides, number: int) -> list[tuple[str, str]]:
    """Return the mails that either side has planned for somebody."""
    whose = {"account_id": world.people[number].pk}
    ours = [("monolith", each.kind) for each in Alert.objects.filter(**whose)]
    mails = Notification.objects.filter(**whose, channel="email")
    return ours + [("service", each.kind) for each in mails]


@EITHER_DIVIDED
@WHOEVER_IS_FIRST
def test_a_favourite_that_is_kept_meanwhile_is_told_once(
    world: BothSides, moved: str, decide: Decide
) -> None:
    world.move(moved, EVERYBODY)
    whose = world.people[SEEKER].pk

    with under_way(lambda: interests.add_favourite(whose, world.home.pk)):
        world.reprice()
    decide(world)

    # When the home changed, nobody else knew of the favourite.
    assert told(world, SEEKER) == [("service" if moved == "match" else "monolith", "match")]


@EITHER_DIVIDED
@WHOEVER_IS_FIRST
def test_a_favourite_that_ends_meanwhile_is_told_once_at_most(
    world: BothSides, moved: str, decide: Decide
) -> None:
    world.move(moved, EVERYBODY)
    whose = world.people[KEEPER].pk

    with under_way(lambda: interests.remove_favourite(whose, world.home.pk)):
        world.reprice()
    decide(world)

    assert len(told(world, KEEPER)) <= 1


@EITHER_DIVIDED
@WHOEVER_IS_FIRST
def test_a_favourite_that_ends_once_its_letter_is_written_leads_to_no_other(
    world: BothSides, moved: str, decide: Decide
) -> None:
    world.move(moved, EVERYBODY)
    world.reprice()
    if moved == "price":
        world.tell()
    else:
        list(world.plan())

    interests.remove_favourite(world.people[KEEPER].pk, world.home.pk)
    decide(world)

    assert len(told(world, KEEPER)) == 1


@EITHER_DIVIDED
@WHOEVER_IS_FIRST
def test_a_search_that_is_saved_meanwhile_is_its_own_sides_alone(
    world: BothSides, moved: str, decide: Decide
) -> None:
    world.move(moved, EVERYBODY)
    whose = world.people[OTHER].pk
    search: dict[str, Any] = {"name": "Mine", "frequency": "instant", "criteria": {}}

    with under_way(lambda: interests.create_search(whose, **search)):
        world.reprice()
    decide(world)

    side = "service" if moved == "match" else "monolith"
    assert set(told(world, OTHER)) <= {(side, "match")}
    assert len(told(world, OTHER)) <= 1
