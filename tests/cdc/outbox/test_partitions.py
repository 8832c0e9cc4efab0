"""Days of the outbox: made ahead, and dropped only when their events have been delivered."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from cdc.contracts.events import ListingRepriced
from cdc.outbox.models import ClosedDay, OutboxEvent
from cdc.outbox.partitions import Keeping, maintain
from cdc.outbox.publish import publish

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 20)
KEEPING = Keeping(slot="outbox_days_test", ahead=2, keep=3)


def keep_house(today: date = TODAY) -> list[str]:
    """Maintain the outbox as it is due on a day."""
    return list(maintain(connection, today, KEEPING))


def publish_on(day: date) -> None:
    """Publish an event that happened on a day."""
    row = publish(ListingRepriced(7, 2, 1), aggregate_version=1)
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    OutboxEvent.objects.filter(pk=row.pk).update(occurred_at=moment)


def run(statement: str) -> None:
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def stored_in() -> dict[str, int]:
    """Return how many events each partition holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, count(*) FROM outbox_event GROUP BY 1")
        return dict(cursor.fetchall())


@pytest.fixture
def confirm(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Return what a connector does that has read everything: move its slot to the log's end."""

    def advance() -> None:
        run("SELECT pg_replication_slot_advance('outbox_days_test', pg_current_wal_lsn())")

    run("SELECT pg_create_logical_replication_slot('outbox_days_test', 'pgoutput')")
    yield advance
    run("SELECT pg_drop_replication_slot('outbox_days_test')")
    for day in range(20, 27):
        run(f"DROP TABLE IF EXISTS outbox_event_202605{day}")


def test_days_are_made_ahead_once() -> None:
    assert keep_house() == [f"made outbox_event_2026052{n}" for n in (0, 1, 2)]
    assert keep_house() == []

    publish_on(TODAY)
    publish_on(TODAY + timedelta(days=9))

    assert stored_in() == {"outbox_event_20260520": 1, "outbox_event_default": 1}


def test_a_day_with_events_in_the_default_stays_there() -> None:
    publish_on(TODAY)

    assert "stays in outbox_event_default" in keep_house()[0]


def test_an_old_day_that_nobody_confirmed_stays() -> None:
    keep_house()
    publish_on(TODAY)

    said = keep_house(TODAY + timedelta(days=9))

    assert "closed 2026-05-20" in said
    assert any(line.startswith("2026-05-20 stays: the slot") for line in said)
    assert stored_in() == {"outbox_event_20260520": 1}


def test_an_old_day_that_is_delivered_goes_whole(confirm: Callable[[], None]) -> None:
    keep_house()
    with transaction.atomic():
        publish_on(TODAY)
        publish_on(TODAY - timedelta(days=2))
    keep_house(TODAY + timedelta(days=2))
    confirm()

    keep_house(TODAY + timedelta(days=3))
    assert stored_in() == {"outbox_event_20260520": 1}, "the default loses delivered days, too"

    assert "dropped 2026-05-20" in keep_house(TODAY + timedelta(days=4))
    assert stored_in() == {}
    assert not ClosedDay.objects.filter(day__lte=TODAY).exists()


def test_a_day_is_not_closed_on_the_next() -> None:
    keep_house()

    assert not [line for line in keep_house(TODAY + timedelta(days=1)) if "closed" in line]
