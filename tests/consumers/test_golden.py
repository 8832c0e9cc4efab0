"""Every handler of every consumer takes the golden example of whatever is on its topics."""

from typing import Any

import pytest
from django.utils.module_loading import import_string

from cdc.contracts.examples import row_example
from cdc.contracts.tables import CAPTURED
from consumers.runtime.found import consumer_names
from consumers.runtime.testing.scenario import given
from consumers.search.projection import SearchProjection
from tests.consumers.conftest import opened_in


def held(projection: SearchProjection) -> dict[int, tuple[int, bool]]:
    return {id: (kept.version, kept.is_deleted) for id, kept in projection._kept.items()}


# Of those whose read model is not in PostgreSQL, what opens it and what it shows.
READ_MODELS: dict[str, Any] = {"search": {"opens": opened_in, "shows": held}}


@pytest.mark.django_db
@pytest.mark.parametrize("name", consumer_names())
def test_a_consumer_takes_every_golden_example_however_it_comes(name: str) -> None:
    consumer = import_string(f"consumers.{name}.handlers.{name}")

    given(consumer, **READ_MODELS.get(name, {})).golden().twice().fresh().then()


def test_the_search_ends_with_what_the_golden_rows_tell() -> None:
    golden = given(import_string("consumers.search.handlers.search"), opened_in, shows=held)

    golden.golden().then({12: (2, True), 13: (1, False)})


@pytest.mark.parametrize("table", CAPTURED, ids=lambda table: table.name)
def test_a_golden_row_has_the_captured_columns(table: Any) -> None:
    assert tuple(row_example(table)) == table.columns
