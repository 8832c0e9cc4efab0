"""What a row change must be like to mean something to the search."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cdc.contracts.tables import CAPTURED, LISTINGS
from cdc.debezium import ChangeEvent
from consumers.runtime.errors import PoisonRecord
from consumers.runtime.records import Record
from consumers.search.listing import Removal, SearchListing
from consumers.search.rows import effect_of
from tests.consumers.changes import change, deletion, key_of, record, row, update


def effect(of: Record) -> SearchListing | Removal:
    parsed = ChangeEvent.parse(of.key, of.value)
    assert isinstance(parsed, ChangeEvent)
    return effect_of(parsed)


def test_a_row_becomes_a_listing() -> None:
    listing = effect(update(row(listed_at="2026-03-01T12:00:00+02:00"), lsn=77))
    assert isinstance(listing, SearchListing)
    assert (listing.id, listing.version, listing.lsn) == (12, 1, 77)
    assert listing.listed_at == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_a_deletion_carries_no_more_than_its_key() -> None:
    assert effect(deletion(12, lsn=300)) == Removal(12, 300)


def test_a_whole_number_is_a_good_float() -> None:
    listing = effect(update(row(latitude=41)))
    assert isinstance(listing, SearchListing)
    assert repr(listing.latitude) == "41.0"


@pytest.mark.parametrize(
    ("differences", "reason"),
    [
        ({"price": "185000"}, "price: '185000' is no whole number"),
        ({"price": -1}, "price: -1 is no whole number"),
        ({"price": 2**31}, "price: 2147483648 is no whole number"),
        ({"beds": True}, "beds: True is no whole number"),
        ({"beds": None}, "beds: None is no whole number"),
        ({"title": None}, "title: None is no text"),
        ({"title": "__debezium_unavailable_value"}, "title: "),
        ({"status": "lost"}, "status: 'lost' is not a known one"),
        ({"listed_at": None}, "listed_at: missing although the listing is active"),
        ({"listed_at": "yesterday"}, "listed_at: 'yesterday' is no time"),
        ({"listed_at": "2026-03-01T10:00:00"}, "outside the times"),
        ({"listed_at": 1_790_000_000}, "listed_at: 1790000000 is no text"),
        ({"latitude": "41"}, "latitude: '41' is no number"),
        ({"version": 0.5}, "version: 0.5 is no whole number"),
    ],
)
def test_a_row_that_breaks_an_expectation_is_poison(
    differences: dict[str, Any], reason: str
) -> None:
    with pytest.raises(PoisonRecord, match=reason):
        effect(update(row(**differences)))


def test_a_missing_column_is_poison() -> None:
    incomplete = row()
    del incomplete["previous_price"]
    with pytest.raises(PoisonRecord, match="previous_price"):
        effect(update(incomplete))


def test_an_id_that_does_not_fit_is_poison() -> None:
    with pytest.raises(PoisonRecord, match="id: 4294967296"):
        effect(update(row(id=2**32)))


def test_a_key_of_another_row_is_poison() -> None:
    with pytest.raises(PoisonRecord, match="key 13 is not the row's id 12"):
        effect(record(key_of(13), change(row())))


def test_a_truncation_is_poison_because_it_names_no_row() -> None:
    with pytest.raises(PoisonRecord, match="truncated"):
        effect(record(key_of(12), change(None, op="t")))


class Watched(dict[str, Any]):
    """A row that remembers which of its columns were read."""

    def __init__(self, columns: dict[str, Any]) -> None:
        super().__init__(columns)
        self.read: set[str] = set()

    def get(self, column: str, default: Any = None) -> Any:
        self.read.add(column)
        return super().get(column, default)


def test_the_migration_linter_knows_which_columns_are_read() -> None:
    changed = update(row())
    parsed = ChangeEvent.parse(changed.key, changed.value)
    assert isinstance(parsed, ChangeEvent)
    watched = Watched(row(previous_price=200_000))
    effect_of(replace(parsed, after=watched))

    (search,) = (reader for reader in LISTINGS.readers if reader.name == "search")
    assert watched.read == set(search.columns)


def test_readers_name_captured_columns_only() -> None:
    for table in CAPTURED:
        for reader in table.readers:
            assert set(reader.columns) <= set(table.columns)
