"""Events and the transaction that causes them."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from cdc.contracts.codec import MalformedEvent, decode
from cdc.contracts.events import ListingRepriced
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
