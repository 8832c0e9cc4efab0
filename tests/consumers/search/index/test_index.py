"""The index directory: one writer, damage, order, what readers see."""

import json
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumers.runtime.errors import StopConsumer
from consumers.search.criteria import Criteria
from consumers.search.index.port import IndexUnavailable
from consumers.search.index.state import FILE, FORMAT
from consumers.search.index.tantivy.reader import TantivyReader
from consumers.search.index.tantivy.writer import TantivyWriter
from consumers.search.listing import LISTED
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine

Row = dict[str, Any]


def test_a_second_writer_is_refused_by_name(line: SearchLine) -> None:
    with pytest.raises(StopConsumer, match=r"process \d+ already writes the index"):
        TantivyWriter(line.root)


def test_a_reader_sees_a_commit_at_its_next_request(line: SearchLine) -> None:
    reader = line.reader()
    assert reader.view() is reader.view()
    before = reader.view()
    line.save(row(id=1))
    line.run()
    assert before.held(1) is None
    assert reader.view().held(1) is not None


def test_a_reader_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable):
        TantivyReader(tmp_path).view()


@pytest.mark.parametrize("damage", ["no state", "bad state", "other format", "no segments", "meta"])
def test_a_damaged_index_is_built_again_from_the_beginning(line: SearchLine, damage: str) -> None:
    for number in range(20):
        line.save(row(id=number + 1))
    line.run()
    reader = line.reader()
    assert reader.view().select(Criteria()).count() == 20
    line.close()
    break_index(line.root, damage)
    line.start()
    assert line.index.state.offsets == {}
    assert not reader.view().state.is_ready
    line.run()
    assert reader.view().select(Criteria()).count() == 20
    assert reader.view().state.is_ready
    assert len(list(line.root.glob("index-*"))) == 1


def break_index(root: Path, damage: str) -> None:
    state = root / FILE
    (directory,) = root.glob("index-*")
    if damage == "no state":
        state.unlink()
    elif damage == "bad state":
        state.write_text("{")
    elif damage == "other format":
        state.write_text(json.dumps({**json.loads(state.read_text()), "format": 0}))
    elif damage == "meta":
        (directory / "meta.json").write_text("{}")
    else:
        for segment in directory.glob("*.*"):
            if segment.suffix in (".fast", ".idx", ".store", ".term"):
                segment.unlink()


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


def test_the_format_rises_with_the_schema(line: SearchLine) -> None:
    (meta,) = line.root.glob("index-*/meta.json")
    schema = json.dumps(json.loads(meta.read_text())["schema"], sort_keys=True)
    # Is the schema another one? Raise the format, or older indexes will be read wrongly.
    assert (FORMAT, zlib.crc32(schema.encode())) == (3, 3114030913)
