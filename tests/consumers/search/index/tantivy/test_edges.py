"""The first of what matches is the same whether it is found at an order's top or among all."""

import random
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from consumers.criteria.criteria import Criteria
from consumers.criteria.query import parse
from consumers.criteria.statuses import LISTED
from consumers.search.index.tantivy import edges
from consumers.search.index.tantivy.edges import Edge
from consumers.search.index.tantivy.schema import ORDERS
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine

HOMES = 120
QUESTIONS = (
    Criteria(),
    Criteria(statuses=LISTED),
    Criteria(ranges={"price": (50, None)}),
    Criteria(ranges={"price": (None, 5)}),
    Criteria(ranges={"beds": (4, None), "living_area": (None, 30)}),
    Criteria(has_words=True, words=parse("rare")),
    Criteria(exact={"wall": "Straw"}),
)
STARTS = (0, 3, 21, 60, 118, 500)


@pytest.fixture
def stocked(line: SearchLine) -> SearchLine:
    draw = random.Random(5)
    for number in range(1, HOMES + 1):
        told = {
            "title": "Rare home" if number % 17 == 0 else "Home",
            "status": draw.choice(("active", "pending", "sold", "draft")),
            "price": draw.randint(1, 60),
            "beds": draw.randint(1, 5),
            "living_area": draw.randint(1, 40),
        }
        line.save(row(id=number, **told), lsn=number)
    line.run()
    return line


def told(line: SearchLine) -> list[list[dict[str, Any]]]:
    """Return what is told in each order and at each place, as a page asks for it."""
    view = line.reader().view()
    answers = []
    for asked, sort in product(QUESTIONS, ORDERS):
        selection = view.select(replace(asked, sort=sort))
        selection.counts()
        answers += [selection.rows(start, 7) for start in STARTS]
    return answers


@pytest.mark.parametrize("ranks", [(1,), (7, 30), (9, 80), (100,)])
@pytest.mark.parametrize("plenty", [0, 1, 8])
def test_the_first_homes_are_the_same_wherever_the_top_ends(
    stocked: SearchLine, monkeypatch: pytest.MonkeyPatch, ranks: tuple[int, ...], plenty: int
) -> None:
    among_all = told(stocked)
    monkeypatch.setattr(edges, "RANKS", ranks)
    monkeypatch.setattr(edges, "SHARE", 1)
    monkeypatch.setattr(edges, "PLENTY", plenty)
    assert told(stocked) == among_all
    assert sum(map(len, among_all)) > HOMES


def test_edges_are_remembered_until_the_index_is_much_another(
    stocked: SearchLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edges, "RANKS", (5,))
    monkeypatch.setattr(edges, "PLENTY", 1)
    reader = stocked.reader()

    def edge() -> Edge | None:
        searcher = reader.view()._searcher  # type: ignore[attr-defined]
        found: Edge | None = searcher.edge("price_desc", wanted=1, matched=HOMES)
        return found

    known = edge()
    stocked.save(row(id=500, price=1_000), lsn=200)
    stocked.run()
    assert edge() == known
    for number in range(501, 520):
        stocked.save(row(id=number, price=1_000), lsn=number)
    stocked.run()
    assert edge() == Edge(5, 1_000 << 32 | 515)
