"""What every engine does: one writer, total orders, what readers see."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumers.criteria.criteria import Criteria
from consumers.criteria.statuses import LISTED
from consumers.runtime.errors import StopConsumer
from consumers.search.index.port import IndexUnavailable
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import Engines, on_both_engines

pytestmark = on_both_engines

Row = dict[str, Any]


def test_a_second_writer_is_refused_by_name(line: SearchLine) -> None:
    with pytest.raises(StopConsumer, match=r"process \d+ already writes the index"):
        line.engine.writer()


def test_a_reader_sees_a_commit_at_its_next_request(line: SearchLine) -> None:
    reader = line.reader()
    assert reader.view() is reader.view()
    before = reader.view()
    line.save(row(id=1))
    line.run()
    assert before.held(1) is None
    assert reader.view().held(1) is not None


def test_a_reader_without_an_index_says_so(tmp_path: Path, engine_in: Engines) -> None:
    with pytest.raises(IndexUnavailable):
        engine_in(tmp_path / "none").reader().view()


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", lambda r: (r["listed_at"], r["id"])),
        ("price_desc", lambda r: (r["price"], r["id"])),
        ("area_desc", lambda r: (r["living_area"], r["id"])),
    ],
)
def test_every_order_is_total(
    line: SearchLine, sort: str, order: Callable[[Row], tuple[object, int]]
) -> None:
    rows = many_rows()
    for listing in rows:
        line.save(listing)
    line.run()
    view = line.reader().view()
    expected = [r["id"] for r in sorted(rows, key=order, reverse=True)]
    criteria = Criteria(statuses=LISTED, sort=sort)
    pages = [view.select(criteria).rows(start, 24) for start in range(0, 200, 24)]
    assert [r["id"] for page in pages for r in page] == expected
    packed = view.select(criteria).packed_rows(24, 24)
    assert [json.loads(each) for each in packed] == pages[1]


def test_the_lowest_price_comes_first_and_then_the_lowest_id(line: SearchLine) -> None:
    rows = many_rows()
    for listing in rows:
        line.save(listing)
    line.run()
    found = line.reader().view().select(Criteria(statuses=LISTED, sort="price_asc")).rows(0, 200)
    expected = sorted(rows, key=lambda r: (r["price"], r["id"]))
    assert [r["id"] for r in found] == [r["id"] for r in expected]


def many_rows() -> list[Row]:
    draw = random.Random(4)
    ids = draw.sample(range(1, 4_000_000_000), 200)
    return [
        row(
            id=listing_id,
            price=draw.choice([1, 2, 2**31 - 1]),
            living_area=draw.choice([0, 900, 901]),
            listed_at=f"2026-03-0{draw.randint(1, 3)}T10:00:00Z",
            status=draw.choice(LISTED),
        )
        for listing_id in ids
    ]


def test_choices_are_those_of_listed_homes_by_code_point(line: SearchLine) -> None:
    names = ["West", "east", "Éast", "", "Old"]
    for number, name in enumerate(names, start=1):
        line.save(row(id=number, neighbourhood=name))
    line.save(row(id=90, neighbourhood="Hidden", status="draft"))
    line.save(row(id=91, neighbourhood="Hidden too", status="withdrawn"))
    line.run()
    assert line.reader().view().choices()["neighbourhood"] == ["", "Old", "West", "east", "Éast"]
