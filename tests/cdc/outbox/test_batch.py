"""Several events of one transaction leave in one insert, those of a lost savepoint not at all."""

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from cdc.contracts.events import ListingRepriced
from cdc.outbox.batch import together
from cdc.outbox.errors import NoOpenTransaction
from cdc.outbox.models import OutboxEvent
from cdc.outbox.publish import publish

pytestmark = pytest.mark.django_db


def tell(*versions: int) -> None:
    """Publish an event for each version of one listing."""
    for version in versions:
        publish(ListingRepriced(7, 120_000, 115_000), aggregate_version=version)


def stored() -> list[int]:
    """Return the versions in the outbox, in the order they happened in."""
    rows = OutboxEvent.objects.order_by("occurred_at")
    return list(rows.values_list("aggregate_version", flat=True))


def test_events_of_a_batch_leave_in_order_in_one_insert(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    tell(1)

    with django_assert_num_queries(1), together():
        tell(2, 3)
        with together():
            tell(4)

    assert stored() == [1, 2, 3, 4]


def test_a_savepoint_that_is_lost_takes_its_events_along() -> None:
    def fail() -> None:
        with transaction.atomic():
            tell(2)
            raise KeyError

    with together():
        tell(1)
        with pytest.raises(KeyError):
            fail()
        with transaction.atomic():
            tell(3)

    assert stored() == [1, 3]


def test_a_batch_that_fails_stores_nothing_and_leaves_no_trace() -> None:
    def fail() -> None:
        with together():
            tell(1)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    tell(2)

    assert stored() == [2]


@pytest.mark.django_db(transaction=True)
def test_a_batch_needs_the_transaction_that_its_events_tell_of() -> None:
    with pytest.raises(NoOpenTransaction), together():
        pass
