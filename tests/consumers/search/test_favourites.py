"""How many keep a home: one number, however and whenever its favourites are told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from cdc.contracts.tables import FAVOURITES, LISTINGS
from consumers.criteria.criteria import Criteria
from consumers.criteria.statuses import HIDDEN, LISTED
from consumers.runtime.testing.scenario import given
from consumers.search.favourites import NO_HOME, Favourite, Favourites
from consumers.search.handlers import search
from consumers.search.index.port import SearchIndexSource
from consumers.search.index.tantivy.reader import TantivyReader
from consumers.search.projection import SearchProjection
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, opened_in
from tests.consumers.search.engines import Engines, on_both_engines
from tests.consumers.search.rebuilds import rebuild


@pytest.fixture
def line(tmp_path: Path, engine_in: Engines) -> Iterator[SearchLine]:
    root = tmp_path / "index"
    running = SearchLine(root, engine=engine_in(root), tables=(LISTINGS, FAVOURITES))
    yield running
    running.close()


def numbers_in(source: SearchIndexSource) -> dict[int, int]:
    found = source.view().select(Criteria(statuses=LISTED + HIDDEN)).rows(0, 1000)
    return {home["id"]: home["favourites"] for home in found}


def numbers(projection: SearchProjection) -> dict[int, int]:
    return numbers_in(TantivyReader(projection._index._root))  # type: ignore[attr-defined]


def test_a_home_has_as_many_as_keep_it_however_the_records_come() -> None:
    kept, other = {"id": 1, "listing_id": 1}, {"id": 2, "listing_id": 1}
    told = (
        given(search, opened_in, shows=numbers)
        .rows(FAVOURITES, kept, op="r", snapshot="first")
        .rows(LISTINGS, row(id=1), row(id=2), op="r", snapshot="last")
        .rows(FAVOURITES, other, {"id": 3, "listing_id": 1}, {"id": 4, "listing_id": 2}, op="c")
        .rows(FAVOURITES, other, op="d")
        .rows(LISTINGS, row(id=1, version=2, description="__debezium_unavailable_value"))
    )
    told.twice().fresh().crashing().then({1: 2, 2: 1})


@on_both_engines
def test_those_who_keep_a_home_that_is_not_told_yet_are_counted_when_it_is(
    line: SearchLine,
) -> None:
    line.keep(1, home=12)
    line.run()
    line.restart()
    line.save(row())
    line.run()
    assert numbers_in(line.reader()) == {12: 1}


@on_both_engines
def test_a_number_moves_with_nothing_else_of_the_home(line: SearchLine) -> None:
    line.save(row(description="A greenhouse."), lsn=70)
    line.run()
    before = line.index.listing(12)
    line.keep(1, home=12)
    line.run()
    assert numbers_in(line.reader()) == {12: 1}
    assert line.index.listing(12) == before
    assert line.reader().view().state.documents == 1


@on_both_engines
def test_a_deleted_home_stays_deleted_when_its_favourites_go(line: SearchLine) -> None:
    line.save(row())
    line.keep(1, home=12)
    line.delete(12)
    line.row(FAVOURITES, {"id": 1}, "d", lsn=201)
    line.run()
    assert numbers_in(line.reader()) == {}
    held = line.reader().view().held(12)
    assert held is not None
    assert held[0].is_deleted


@on_both_engines
def test_an_old_favourite_does_not_come_back(line: SearchLine) -> None:
    line.save(row())
    line.keep(1, home=12, lsn=100)
    line.row(FAVOURITES, {"id": 1}, "d", lsn=200)
    line.run()
    line.restart()
    line.keep(1, home=12, lsn=100)
    line.run()
    assert numbers_in(line.reader()) == {12: 0}
    assert list(line.reader().view().favourite_versions(0, 9)) == []


@on_both_engines
def test_favourites_survive_a_rebuild_and_a_swap(line: SearchLine) -> None:
    for number in range(1, 4):
        line.save(row(id=number))
        line.keep(number, home=1)
    line.run()
    rebuild(line)
    line.keep(9, home=2)
    line.run()
    assert numbers_in(line.reader()) == {1: 3, 2: 1, 3: 0}
    assert list(line.reader().view().favourite_versions(2, 10)) == [(2, 1), (3, 1), (9, 1)]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"listing_id": 0}, b"listing_id: no home has the number 0"),
        ({"listing_id": None}, b"listing_id: None is no whole number"),
        ({"version": "1"}, b"version: '1' is no whole number"),
    ],
)
def test_a_favourite_that_makes_no_sense_is_put_aside(
    line: SearchLine, columns: dict[str, object], reason: bytes
) -> None:
    line.row(FAVOURITES, columns)
    line.save(row())
    line.run()
    (letter,) = line.dead_letters()
    assert reason in letter
    assert numbers_in(line.reader()) == {12: 0}


def lives() -> Iterator[Favourite]:
    """Give the changes of three favourites, each in its order, places in the log rising."""
    lsn = 0
    for number in (1, 2, 3):
        for version, home in ((1, 7), (2, 8), (0, NO_HOME), (1, 7)):
            lsn += 1
            yield Favourite(number, home, version, lsn)


@settings(max_examples=200, deadline=None)
@drawn(st.lists(st.sampled_from(list(lives()))))
def test_the_last_change_counts_whatever_comes_late(late: list[Favourite]) -> None:
    favourites = Favourites({})
    for told in [*lives(), *late]:
        favourites.apply(told)
    assert (favourites.of(7), favourites.of(8)) == (3, 0)
