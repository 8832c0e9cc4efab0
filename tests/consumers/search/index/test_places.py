"""What an index tells of places, prices and orders, through the port alone."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from consumers.criteria.criteria import Criteria
from consumers.criteria.places import Spot
from consumers.criteria.regions import Drawn
from consumers.criteria.statuses import LISTED
from consumers.search.cells import COARSEST, COUNTED, cells_of
from consumers.search.index.port import Bookmark, SearchIndexReader
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import on_both_engines

Row = dict[str, Any]
SPOT = Spot(41.65, -83.54)
BAY = Drawn(((41.5, -83.8), (41.5, -83.3), (41.8, -83.3), (41.6, -83.55), (41.8, -83.8)))

pytestmark = on_both_engines


def some_rows() -> list[Row]:
    draw = random.Random(6)
    return [
        row(
            id=number * 7_000_000,
            price=draw.choice([1, 90_000, 100_000, 250_000, 2**31 - 1]),
            living_area=draw.choice([0, 900]),
            wall=draw.choice(["Brick", "Wood", "Stone"]),
            latitude=41.4 + 0.5 * draw.random(),
            longitude=-83.9 + 0.7 * draw.random(),
            listed_at=f"2026-03-0{draw.randint(1, 9)}T10:00:00Z",
            reduced_at=draw.choice([None, "2026-03-05T10:00:00.5Z"]),
        )
        for number in range(1, 121)
    ]


@pytest.fixture
def view(line: SearchLine) -> SearchIndexReader:
    for listing in some_rows():
        line.save(listing)
    line.save(row(id=3, status="draft"))
    line.run()
    return line.reader().view()


def ids(rows: list[Row]) -> set[int]:
    return {each["id"] for each in rows}


def test_a_drawn_area_has_the_homes_within_its_line(view: SearchIndexReader) -> None:
    expected = [each for each in some_rows() if BAY.holds([place(each)])[0]]
    found = view.select(Criteria(area=BAY))
    assert ids(found.rows(0, 200)) == ids(expected)
    assert found.count() == len(expected) > 10
    assert found.counts(["wall"]) == {"wall": Counter(each["wall"] for each in expected)}


def test_a_drawn_area_too_wide_for_a_plane_is_measured_home_by_home(
    view: SearchIndexReader,
) -> None:
    wide = Drawn(((41.5, -100.0), (41.5, -60.0), (42.0, -60.0), (42.0, -100.0)))
    expected = {each["id"] for each in some_rows() if each["latitude"] >= 41.5}
    assert ids(view.select(Criteria(area=wide)).rows(0, 200)) == expected


def test_a_circle_and_a_drawn_area_are_both_heeded(view: SearchIndexReader) -> None:
    criteria = Criteria(area=BAY, near=SPOT, metres=12_000)
    expected = {
        each["id"]
        for each in some_rows()
        if BAY.holds([place(each)])[0] and SPOT.metres([place(each)])[0] <= 12_000
    }
    assert ids(view.select(criteria).rows(0, 200)) == expected
    assert expected


def place(listing: Row) -> tuple[float, float]:
    return listing["latitude"], listing["longitude"]


def test_prices_are_counted_between_edges(view: SearchIndexReader) -> None:
    prices = Counter(each["price"] for each in some_rows())
    told = view.select(Criteria()).prices([0, 90_000, 100_000, 1_000_000])
    assert told == [
        prices[1],
        prices[90_000],
        prices[100_000] + prices[250_000],
        prices[2**31 - 1],
    ]
    assert view.select(Criteria(statuses=("sold",))).prices([0, 5]) == [0, 0]


@pytest.mark.parametrize("size", range(COARSEST, COUNTED[-1] + 1))
def test_homes_are_counted_by_cells_of_every_size(view: SearchIndexReader, size: int) -> None:
    expected = Counter(cells_of(*place(each))[size - COARSEST] for each in some_rows())
    assert view.select(Criteria()).cells(size) == expected


def test_what_was_listed_or_reduced_since_is_found(view: SearchIndexReader) -> None:
    moment = 1_772_704_800  # 2026-03-05T10:00:00Z
    listed = {each["id"] for each in some_rows() if each["listed_at"] >= "2026-03-05"}
    assert ids(view.select(Criteria(listed_since=moment)).rows(0, 200)) == listed
    reduced = {each["id"] for each in some_rows() if each["reduced_at"]}
    assert ids(view.select(Criteria(reduced_since=moment)).rows(0, 200)) == reduced
    assert view.select(Criteria(reduced_since=moment + 1)).count() == 0


def keys(sort: str) -> Callable[[Row], tuple[int, int]]:
    def key(listing: Row) -> tuple[int, int]:
        value = {
            "newest": int(listing["listed_at"][9]),
            "price_asc": listing["price"],
            "price_desc": listing["price"],
            "area_desc": listing["living_area"],
            "distance": SPOT.metres([place(listing)])[0],
        }
        return value[sort], listing["id"]

    return key


@pytest.mark.parametrize("sort", ["newest", "price_asc", "price_desc", "area_desc", "distance"])
def test_bookmarks_lead_through_an_order_and_back(view: SearchIndexReader, sort: str) -> None:
    is_falling = sort in ("newest", "price_desc", "area_desc")
    expected = [each["id"] for each in sorted(some_rows(), key=keys(sort), reverse=is_falling)]
    selection = view.select(Criteria(statuses=LISTED, sort=sort, near=SPOT))
    seen: list[int] = []
    back: list[int] = []
    mark = Bookmark()
    while found := selection.rows_from(mark, 9):
        seen += [each["id"] for _, each in found]
        mark = Bookmark(found[-1][0])
    assert seen == expected
    while found := selection.rows_from(Bookmark(mark.standing, is_before=True), 9):
        back = [each["id"] for _, each in found] + back
        mark = Bookmark(found[0][0])
    assert back == expected[:-1]


def test_a_bookmark_holds_its_place_when_its_home_is_gone(line: SearchLine) -> None:
    for number in (1, 2, 3, 4):
        line.save(row(id=number, price=number))
    line.run()
    asked = Criteria(sort="price_asc")
    (_, (second, _)) = line.reader().view().select(asked).rows_from(Bookmark(), 2)
    line.delete(2)
    line.save(row(id=9, price=1))
    line.run()
    selection = line.reader().view().select(asked)
    assert [each["id"] for _, each in selection.rows_from(Bookmark(second), 9)] == [3, 4]
    before = selection.rows_from(Bookmark(second, is_before=True), 9)
    assert [each["id"] for _, each in before] == [1, 9]
