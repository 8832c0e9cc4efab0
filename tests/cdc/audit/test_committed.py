"""The sums that PostgreSQL computes are those that everybody else computes; what repairs write."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from cdc.audit.committed import CommittedEvents, CommittedRows
from cdc.audit.comparison import Difference
from cdc.audit.ledger import Ledger
from cdc.audit.notes import MINUTE_S, RANGE
from cdc.audit.repair import repair
from cdc.audit.verdict import Finding, Verdict
from cdc.contracts.applied import Sum, summed, term
from cdc.contracts.events import ListingRepriced
from cdc.contracts.tables import LISTINGS, CapturedTable
from cdc.outbox.models import OutboxEvent, Reemission
from cdc.outbox.publish import publish

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def run(statement: str) -> None:
    """Run one statement in the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def event(version: int) -> OutboxEvent:
    """Publish the event that is listing 7's ``version``."""
    with transaction.atomic():
        return publish(ListingRepriced(7, 2, 1), aggregate_version=version)


def test_rows_are_summed_and_opened_by_key() -> None:
    run("CREATE TABLE homes (id bigint PRIMARY KEY, version bigint)")
    run("INSERT INTO homes SELECT n * 7, n % 5 FROM generate_series(1, 1000) n")
    pairs = [(n * 7, n % 5) for n in range(1, 1001)]
    side = CommittedRows(connection, CapturedTable("homes", "topic", ("id", "version")))

    assert side.sums() == summed(pairs, RANGE)
    assert sorted(side.open(3)) == [each for each in pairs if each[0] // RANGE == 3]


def test_events_are_summed_and_opened_by_minute() -> None:
    row = event(3)
    minute = int(row.occurred_at.timestamp() // MINUTE_S)
    side = CommittedEvents(connection, LONG_AGO)

    assert side.sums() == {minute: Sum(1, term(str(row.id), 3))}
    assert side.open(minute) == [(str(row.id), 3)]
    assert side.open(minute + 1) == []
    late = CommittedEvents(connection, row.occurred_at + timedelta(seconds=1))
    assert late.sums() == {}
    assert late.open(minute) == []


def test_a_lost_event_is_written_once_more_as_it_was() -> None:
    kept, lost = event(1), event(2)
    before = OutboxEvent.objects.filter(pk=lost.pk).values().get()
    finding = Finding("event", "", Difference(0, str(lost.id), 2, None))

    assert repair(Verdict(0, [finding]), Ledger(), "") == 1

    assert OutboxEvent.objects.filter(pk=lost.pk).values().get() == before
    assert OutboxEvent.objects.count() == 2
    assert [each.event_id for each in Reemission.objects.all()] == [lost.id]
    assert _place(kept) < _place(lost)


def _place(row: OutboxEvent) -> int:
    # Where the row lies in its table: one that is put back lies behind the others.
    with connection.cursor() as cursor:
        cursor.execute("SELECT (ctid::text::point)[1] FROM outbox_event WHERE id = %s", [row.pk])
        ((place,),) = cursor.fetchall()
    return int(place)


def test_a_lost_row_is_written_onto_itself_once_whoever_misses_it() -> None:
    run("DROP TABLE listings_listing CASCADE")
    run(f"CREATE TABLE {LISTINGS.name} (id bigint PRIMARY KEY, writes int DEFAULT 0)")
    run(
        "CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN NEW.writes = OLD.writes + 1; RETURN NEW; END'"
    )
    run(
        f"CREATE TRIGGER count_write BEFORE UPDATE ON {LISTINGS.name} "
        "FOR EACH ROW EXECUTE FUNCTION count_write()"
    )
    run(f"INSERT INTO {LISTINGS.name} (id) VALUES (4), (5)")
    found = [
        Finding(place, LISTINGS.topic, Difference(0, 5, 3, None))
        for place in (LISTINGS.topic, "search")
    ]

    assert repair(Verdict(0, found), Ledger(), "") == 1

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, writes FROM {LISTINGS.name} ORDER BY id")
        assert cursor.fetchall() == [(4, 0), (5, 1)]
