"""Rows that were dead and are redriven leave what a consumer has that never failed."""

from contextlib import closing
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Model
from pytest_django import Settings

from cdc.contracts.tables import ACCOUNTS, FAVOURITES, OPT_OUTS, SAVED_SEARCHES, CapturedTable
from consumers.notifications.handlers import notifications
from consumers.notifications.models import Favourite, OptOut, Person, SavedSearch
from consumers.runtime.consumer import Consumer
from consumers.runtime.errors import PoisonRecord
from consumers.runtime.models import ParkedRecord
from consumers.runtime.testing.line import Line
from consumers.runtime.testing.playing import undone

pytestmark = pytest.mark.django_db

# Of each kind, what a key's first row says, and its second.
_ROWS = [
    (FAVOURITES, Favourite, {"listing_id": 7}, {"listing_id": 8, "version": 2}),
    (SAVED_SEARCHES, SavedSearch, {"frequency": "daily"}, {"frequency": "weekly", "version": 3}),
    (ACCOUNTS, Person, {"is_active": False}, {"is_active": True, "version": 4}),
    (OPT_OUTS, OptOut, {"kind": "price"}, {"kind": "price", "version": 2}),
]


class Repaired(Consumer[None]):
    """The service's own handlers of rows, which cannot read a table's first rows until repaired."""

    def __init__(self, table: CapturedTable, *, is_repaired: bool) -> None:
        super().__init__("notifications")
        self.is_repaired = is_repaired
        self._own = notifications.whole[table.topic]
        self.on(table, in_batches=self._own.in_batches)(self._handle)
        self.forgets(lambda person, context: 0)

    def _handle(self, *told: Any) -> None:
        changes = [change for change, _ in told[0]] if self._own.in_batches else [told[0]]
        if not self.is_repaired and any(change.op == "c" for change in changes):
            raise PoisonRecord("no first row can be read")
        self._own.handler(*told)


def _tell(line: Line[None], table: CapturedTable, first: Any, second: Any) -> None:
    """Tell of one row that is there in the end, and of one that is gone."""
    line.row(table, {"id": 1, **first}, "c")
    line.row(table, {"id": 2, **first}, "c")
    line.row(table, {"id": 1, **second})
    line.row(table, {"id": 2, **first}, "d")


def _held(model: type[Model]) -> list[Any]:
    # Which transaction wrote a row differs.
    names = [field.name for field in model._meta.fields if field.name != "written_by"]
    return list(model._default_manager.order_by("pk").values_list(*names))


@pytest.mark.parametrize(("table", "model", "first", "second"), _ROWS)
def test_rows_without_guard_are_as_if_they_had_never_failed(
    settings: Settings,
    table: CapturedTable,
    model: type[Model],
    first: dict[str, Any],
    second: dict[str, Any],
) -> None:
    with undone(), closing(Line(Repaired(table, is_repaired=True))) as line:
        _tell(line, table, first, second)
        line.settle()
        fresh = _held(model)
    assert fresh

    consumer = Repaired(table, is_repaired=False)
    with closing(Line(consumer)) as line:
        settings.CONSUMER = "consumers.notifications.handlers.notifications"
        settings.CONSUMER_CONFIG = line.config
        settings.REGISTRY_URL = "http://127.0.0.1:1"
        _tell(line, table, first, second)
        line.settle()
        assert (ParkedRecord.objects.filter(state="dead").count(), _held(model)) == (2, [])
        consumer.is_repaired = True
        call_command("dlq", "redrive", "--actor", "ann", "--reason", "repaired")
        line.settle()
    assert (_held(model), ParkedRecord.objects.count()) == (fresh, 0)
