"""Whom a home is told to is whoever would find it: the search page's own index is asked."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from consumers.criteria.criteria import criteria_of
from consumers.notifications import rows
from consumers.notifications.matching.fitting import fits, read, text_of
from consumers.notifications.matching.shelves import Shelves
from consumers.notifications.models import Home
from consumers.search.forms import SearchForm
from consumers.search.index.port import SearchIndexReader
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine

WORDS = (
    *("kitchen", "porch", "garage", "garden", "brick", "two-car", "sunny", "kitchens", "deck"),
    *("ranch", "cottage", "basement", "the", "of", "with", "garden's", "3.5", "No. 7"),
)
PLACES = ("Old West End", "Vistula", "East Harbor", "")
WALLS, STORIES = ("brick", "wood", ""), ("one", "two")
HOMES, SEARCHES = 200, 1500


@pytest.fixture(scope="module")
def homes() -> list[dict[str, Any]]:
    draw = random.Random(11)
    return [_home(draw, number) for number in range(1, HOMES + 1)]


@pytest.fixture(scope="module")
def index(homes: list[dict[str, Any]], tmp_path_factory: Any) -> Iterator[SearchIndexReader]:
    line = SearchLine(Path(tmp_path_factory.mktemp("index")))
    for each in homes:
        line.save(each)
    line.run()
    yield line.reader().view()
    line.close()


def test_all_of_1500_searches_are_answered_alike(
    homes: list[dict[str, Any]], index: SearchIndexReader
) -> None:
    draw = random.Random(12)
    asked = {number: _search(draw) for number in range(1, SEARCHES + 1)}
    shelves = Shelves()
    for number, criteria in asked.items():
        shelves.put(number, read(criteria))
    here = {each["id"]: rows.home_of(each) for each in homes}
    told = {pk: set(shelves.fitting(home, text_of(home))) for pk, home in here.items()}
    for number, criteria in asked.items():
        found = index.select(criteria_of(_cleaned(criteria))).rows(0, HOMES)
        shown = {each["id"] for each in found}
        assert {pk for pk in here if number in told[pk]} == shown, criteria
        assert {pk for pk, home in here.items() if fits(criteria, home)} == shown, criteria


def test_searches_that_change_or_go_are_as_if_they_had_come_so() -> None:
    draw = random.Random(13)
    shelves, fresh = Shelves(), Shelves()
    asked: dict[int, dict[str, Any]] = {}
    for _ in range(600):
        number = draw.randint(1, 80)
        if number in asked and draw.random() < 0.3:
            del asked[number]
            shelves.remove(number)
        else:
            asked[number] = _search(draw)
            shelves.put(number, read(asked[number]))
    for number, criteria in asked.items():
        fresh.put(number, read(criteria))
    assert len(shelves) == len(fresh) == len(asked)
    for number in range(100):
        home: Home = rows.home_of(_home(draw, number))
        assert shelves.fitting(home, text_of(home)) == fresh.fitting(home, text_of(home))


def _cleaned(criteria: dict[str, Any]) -> dict[str, Any]:
    """Return what the page's own form makes of the search's link."""
    choices = {"neighbourhood": PLACES, "wall": WALLS, "stories": STORIES, "garage": ()}
    form = SearchForm(criteria, choices)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def _home(draw: random.Random, number: int) -> dict[str, Any]:
    return row(
        id=number,
        title=_words(draw, 1, 5),
        description=_words(draw, 0, 40),
        neighbourhood=draw.choice(PLACES),
        wall=draw.choice(WALLS),
        stories=draw.choice(STORIES),
        price=draw.randint(9, 40) * 10_000,
        beds=draw.randint(0, 5),
        baths=draw.randint(0, 3),
        living_area=draw.choice([0, 900, 1500, 2100]),
        lot_size=draw.randint(0, 20) * 1000,
        year_built=draw.randint(1890, 2020),
        latitude=round(41.5 + draw.random() / 5, 6),
        longitude=round(-83.6 + draw.random() / 5, 6),
        status=draw.choice(["active", "active", "pending", "sold", "draft", "withdrawn"]),
    )


def _search(draw: random.Random) -> dict[str, Any]:
    """Return criteria as the monolith saves them: what is not asked is not there."""
    parts: list[dict[str, Any]] = [
        {"price_min": draw.randint(9, 40) * 10_000},
        {"price_max": draw.randint(9, 40) * 10_000},
        {"beds_min": draw.randint(0, 5)},
        {"baths_min": draw.randint(1, 3)},
        {"area_min": 1500, "area_max": 2000},
        {"lot_max": 9000},
        {"year_min": 1950},
        {"wall": "brick"},
        {"stories": "two"},
        {"neighbourhood": draw.choice(PLACES[:3])},
        {"status": draw.choice(["active", "pending", "sold", "any"])},
        {"q": draw.choice(["", "-", '"']) + _words(draw, 1, 3)},
        {"q": f"{_words(draw, 1, 2)} -{_words(draw, 1, 2)}"},
        {"q": f"{_words(draw, 1, 2)} or {_words(draw, 1, 1)} -{draw.choice(WORDS)}"},
        {"box": _box(draw)},
        {"near": _spot(draw), "within": draw.choice(["0.5", "2", "5"]), "sort": "distance"},
        {"near": _spot(draw)},
    ]
    return {
        name: value
        for part in draw.sample(parts, draw.randint(0, 3))
        for name, value in part.items()
    }


def _words(draw: random.Random, least: int, most: int) -> str:
    return " ".join(draw.choices(WORDS, k=draw.randint(least, most)))


def _spot(draw: random.Random) -> str:
    return f"{41.5 + draw.random() / 5:.4f},{-83.6 + draw.random() / 5:.4f}"


def _box(draw: random.Random) -> str:
    south, west = 41.5 + draw.random() / 8, -83.6 + draw.random() / 8
    return f"{south:.4f},{west:.4f},{south + 0.08:.4f},{west + 0.08:.4f}"
