"""Events and the transaction that causes them."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from cdc.contracts.codec import MalformedEvent, decode
from cdc.contracts.events import DomainEvent, ListingRepriced
from cdc.contracts.handled_by import MONOLITH, Stamp
from cdc.outbox import publish as publishing
from cdc.outbox.context import Correlation, current
from cdc.outbox.errors import ContractNotRegistered, NoOpenTransaction
from cdc.outbox.models import OutboxEvent, RegisteredContract
from cdc.outbox.publish import publish

EVENT = ListingRepriced(7, 120_000, 115_000)


@pytest.fixture(autouse=True)
def forgotten_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test look the contracts' ids up anew, as a fresh process does."""
    monkeypatch.setattr(publishing, "_schema_ids", {})


@pytest.fixture
def correlation() -> Iterator[Correlation]:
    """Publish as part of a request."""
    given = Correlation("request-1", "event-1", "00-ab-cd-01", lambda: "account:3", lambda: "POST")
    token = current.set(given)
    yield given
    current.reset(token)


@pytest.mark.django_db
def test_an_event_is_stored_with_all_that_its_record_needs(correlation: Correlation) -> None:
    publish(EVENT, aggregate_version=3)

    row = OutboxEvent.objects.get()
    assert (row.aggregate_type, row.aggregate_id, row.aggregate_version) == ("listing", "7", 3)
    assert (row.event_type, row.topic) == ("ListingRepriced", "listing.events")
    assert decode(row.event_type, bytes(row.payload)) == EVENT
    assert (row.correlation_id, row.causation_id) == ("request-1", "event-1")
    assert row.traceparent == correlation.traceparent
    assert (row.actor, row.reason) == ("account:3", "POST")
    assert (row.specversion, row.source) == ("1.0", "/monolith")


@pytest.mark.django_db
def test_an_event_goes_back_with_its_savepoint() -> None:
    def fail_after_publishing() -> None:
        with transaction.atomic():
            publish(EVENT, aggregate_version=3)
            raise KeyError

    with pytest.raises(KeyError):
        fail_after_publishing()

    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NoOpenTransaction, match="ListingRepriced"):
        publish(EVENT, aggregate_version=3)


@pytest.mark.django_db
def test_a_contract_without_an_id_is_refused_with_the_way_out() -> None:
    RegisteredContract.objects.all().delete()

    with pytest.raises(ContractNotRegistered, match="contracts register"):
        publish(EVENT, aggregate_version=3)


@pytest.mark.django_db
def test_a_monolith_that_stands_alone_checks_its_events_and_stores_none(
    settings: Settings,
) -> None:
    settings.OUTBOX_TRANSPORT = "none"
    RegisteredContract.objects.all().delete()

    publish(EVENT, aggregate_version=3)

    assert not OutboxEvent.objects.exists()
    with pytest.raises(MalformedEvent):
        publish(ListingRepriced(7, "x", 1), aggregate_version=3)  # type: ignore[arg-type]


def stamp_by_home(event: DomainEvent) -> str:
    """Give the service one person, named as the home is."""
    assert isinstance(event, ListingRepriced)
    return f'{{"price":{{"accounts":[{event.listing_id}]}}}}'


@pytest.mark.django_db
def test_an_event_is_stamped_by_the_sites_own_rule(settings: Settings) -> None:
    settings.OUTBOX_STAMP = f"{__name__}.stamp_by_home"

    row = publish(EVENT, aggregate_version=3)

    assert row.handled_by == OutboxEvent.objects.get().handled_by
    assert Stamp.parse(row.handled_by).handles("price", 7)


@pytest.mark.django_db
def test_without_a_rule_everything_is_the_monoliths(settings: Settings) -> None:
    settings.OUTBOX_STAMP = ""

    assert publish(EVENT, aggregate_version=3).handled_by == ""


@pytest.mark.django_db
def test_what_does_not_leave_is_the_monoliths_whatever_the_rule_says(settings: Settings) -> None:
    settings.OUTBOX_STAMP = f"{__name__}.stamp_by_home"
    settings.OUTBOX_TRANSPORT = "none"

    assert publish(EVENT, aggregate_version=3).handled_by == ""


@pytest.mark.django_db
def test_a_row_that_an_older_release_writes_is_the_monoliths() -> None:
    publish(EVENT, aggregate_version=3)
    names = {field.attname for field in OutboxEvent._meta.fields} - {"handled_by"}
    columns = ", ".join(sorted(names))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE former AS SELECT {columns} FROM outbox_event")
        cursor.execute("DELETE FROM outbox_event")
        cursor.execute(f"INSERT INTO outbox_event ({columns}) SELECT {columns} FROM former")

    assert Stamp.parse(OutboxEvent.objects.get().handled_by) == MONOLITH
