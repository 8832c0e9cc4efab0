"""Signals: what Debezium is told, and what it is never told because it would stop at it."""

import json

import pytest

from cdc.connect.connectors import SIGNAL_COLUMNS
from cdc.contracts.tables import LISTINGS
from cdc.snapshots import signals
from cdc.snapshots.errors import FilterRefused, NoSuchTable
from cdc.snapshots.models import Signal

pytestmark = pytest.mark.django_db


def test_a_signal_names_the_tables_and_the_condition_of_each() -> None:
    signal = Signal.objects.get(id=signals.start([LISTINGS], "price > 100 AND title LIKE '%a%'"))

    assert signal.type == "execute-snapshot"
    assert json.loads(signal.data or "") == {
        "type": "INCREMENTAL",
        "data-collections": ["public.listings_listing"],
        "additional-conditions": [
            {
                "data-collection": "public.listings_listing",
                "filter": "price > 100 AND title LIKE '%a%'",
            }
        ],
    }


def test_the_columns_are_those_that_debezium_expects_in_its_order() -> None:
    assert tuple(field.column for field in Signal._meta.fields) == SIGNAL_COLUMNS


@pytest.mark.parametrize(
    "where",
    [
        "price >",
        "no_such_column = 1",
        "seller_name = 'x'",
        "true; DROP TABLE cdc_signal",
        "true) --",
    ],
)
def test_what_the_connector_would_stop_at_is_refused_and_leaves_no_signal(where: str) -> None:
    with pytest.raises(FilterRefused):
        signals.start([LISTINGS], where)

    assert not Signal.objects.exists()


def test_a_table_is_known_by_its_own_name_or_its_apps() -> None:
    assert signals.table_named("listings") is LISTINGS
    assert signals.table_named("listings_listing") is LISTINGS
    with pytest.raises(NoSuchTable, match="accounts_agency is no captured table"):
        signals.table_named("accounts_agency")


def test_holding_and_ending_are_signals_too() -> None:
    for order in (signals.pause, signals.resume, signals.stop):
        order()

    kinds = set(Signal.objects.values_list("type", flat=True))
    assert kinds == {"pause-snapshot", "resume-snapshot", "stop-snapshot"}
