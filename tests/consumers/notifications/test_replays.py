"""What is told again is known again, and nobody hears of it a second time."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from cdc.contracts.events import (
    DigestDue,
    EnquirySent,
    ListingRepriced,
    ListingStatusChanged,
    ViewingBooked,
)
from cdc.contracts.tables import FAVOURITES, LISTINGS, OPT_OUTS, SAVED_SEARCHES
from consumers.notifications.endpoints.models import Endpoint
from consumers.notifications.endpoints.models import Message as Told
from consumers.notifications.handlers import notifications
from consumers.notifications.ledger.models import Notification, Waiting
from consumers.notifications.models import (
    Change,
    Digest,
    Favourite,
    Home,
    Message,
    OptOut,
    SavedSearch,
)
from consumers.runtime.events import event_reader
from consumers.runtime.rebuilding.applying import Applying
from consumers.runtime.replaying import DatabaseOffsets, Move
from consumers.runtime.testing.line import Line
from consumers.runtime.testing.records import schema_of
from tests.consumers.notifications.telling import OURS

pytestmark = pytest.mark.django_db

AT = "2026-12-01T15:00:00+00:00"
READ_MODEL = (Home, Favourite, SavedSearch, OptOut, Change, Digest, Message)
PLANNED = (Notification, Waiting, Told)
EVERY_KIND = {"match", "price", "status", "digest", "enquiry", "viewing"}


@pytest.fixture
def line() -> Iterator[Line[None]]:
    """Tell of everything that makes the service write to somebody, also where it comes late."""
    Endpoint.objects.create(account_id=5, url="https://agency.example/hook")
    with closing(Line(notifications)) as line:
        line.row(LISTINGS, {"id": 7, "version": 9, "agent_id": 5})
        _keep(line, 1)
        _ask(line, 11, "instant")
        _ask(line, 12, "daily")
        # Who wants no prices of what they keep hears of it as a match.
        _keep(line, 11)
        line.row(OPT_OUTS, {"id": 3, "account_id": 11, "kind": "price"}, "c")
        for event in (
            ListingRepriced(7, 200_000, 185_000),
            ListingStatusChanged(7, "active", "sold"),
            # Of a home that is not told of yet.
            ListingRepriced(8, 200_000, 185_000),
            DigestDue(9, "daily", AT, "2026-11-30T15:00:00+00:00"),
            EnquirySent(1, 7, 5, 1),
            ViewingBooked(2, 7, 5, 1, AT),
        ):
            line.event(event, stamp=OURS)
        yield line


def _keep(line: Line[None], account: int) -> None:
    line.row(FAVOURITES, {"id": account, "account_id": account, "listing_id": 7}, "c")


def _ask(line: Line[None], account: int, frequency: str) -> None:
    search = {"id": account, "account_id": account, "criteria": "{}", "frequency": frequency}
    line.row(SAVED_SEARCHES, search, "c")


def _kinds() -> set[str]:
    return set(Notification.objects.values_list("kind", flat=True))


def _empty() -> None:
    for model in (*READ_MODEL, *PLANNED):
        model.objects.all().delete()


def _unknown() -> list[str]:
    return [model.__name__ for model in READ_MODEL if not model.objects.exists()]


def _planned() -> list[str]:
    return [model.__name__ for model in PLANNED if model.objects.exists()]


def test_a_replay_plans_nothing(line: Line[None]) -> None:
    line.run()
    assert _kinds() == EVERY_KIND
    assert len(_planned()) == len(PLANNED)
    line.close()
    # As if it had never happened, so that only the mark of the replay is in the way.
    _empty()
    offsets = DatabaseOffsets(line.config.name)
    offsets.move([Move(place, known, 0) for place, known in offsets.known().items()])

    line.start()
    line.run()

    assert _unknown() == []
    assert _planned() == []


def test_a_rebuild_plans_nothing_whatever_the_order_of_the_topics(line: Line[None]) -> None:
    topics = [line.cluster.records_of(topic) for topic in line.config.topics]
    read_event = event_reader(schema_of)

    for order in (topics, topics[::-1]):
        _empty()
        applying = Applying(line.config, notifications, None, read_event)
        for records in order:
            applying.apply(records)

        assert applying.failed == []
        assert _unknown() == []
        assert _planned() == []
