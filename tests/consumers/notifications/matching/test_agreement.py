"""Whom a home is told to is whoever would find it: the search page's own index is asked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from consumers.criteria.criteria import criteria_of
from consumers.notifications import rows
from consumers.notifications.matching.fitting import fits, read, text_of
from consumers.notifications.matching.shelves import Shelves
from consumers.notifications.models import Home
from consumers.search.index.port import SearchIndexReader
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.notifications.matching.asked import HOMES, SEARCHES, Asked, Facts, cleaned

repeatable = settings(
    derandomize=True,
    # What it costs to explain a counterexample is more than to find it.
    phases=[phase for phase in Phase if phase is not Phase.explain],
    suppress_health_check=[HealthCheck.too_slow],
)


class Town:
    """Homes, and the search page's index of them; no dataclass, whose examples would be pages."""

    def __init__(self, homes: list[Facts], index: SearchIndexReader) -> None:
        self.homes, self.index = homes, index


@contextmanager
def town_of(facts: Sequence[Facts], paths: pytest.TempPathFactory) -> Iterator[Town]:
    homes = [row(id=number, **each) for number, each in enumerate(facts, start=1)]
    line = SearchLine(paths.mktemp("index"))
    try:
        for each in homes:
            line.save(each)
        line.run()
        yield Town(homes, line.reader().view())
    finally:
        line.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Give more homes than an example has room for, drawn as the examples' are."""
    found: list[Facts] = []
    drawn = given(HOMES)(lambda home: found.append(home))
    settings(repeatable, max_examples=200, phases=[Phase.generate])(drawn)()
    with town_of(found, tmp_path_factory) as it:
        yield it


@repeatable
@given(st.lists(HOMES, min_size=1, max_size=5), st.lists(SEARCHES, min_size=1, max_size=9))
def test_a_home_is_told_to_whoever_would_find_it(
    tmp_path_factory: pytest.TempPathFactory, homes: list[Facts], searches: list[Asked]
) -> None:
    with town_of(homes, tmp_path_factory) as it:
        assert_answered_alike(it, searches)


@repeatable
@given(st.lists(SEARCHES, min_size=8, max_size=22))
def test_so_it_is_for_each_home_of_a_town(town: Town, searches: list[Asked]) -> None:
    assert_answered_alike(town, searches)


def assert_answered_alike(town: Town, searches: list[Asked]) -> None:
    shelves = Shelves()
    for number, asked in enumerate(searches):
        shelves.put(number, read(asked))
    shown = [_shown(town, asked) for asked in searches]
    for each in town.homes:
        home, what = rows.home_of(each), f"{searches} of {each}"
        finders = [number for number, found in enumerate(shown) if home.id in found]
        assert shelves.fitting(home, text_of(home)) == finders, what
        assert [number for number, one in enumerate(searches) if fits(one, home)] == finders, what


def _shown(town: Town, asked: Asked) -> set[int]:
    """Return whom the page shows for the search's link."""
    found = town.index.select(criteria_of(cleaned(asked)))
    return {each["id"] for each in found.rows(0, len(town.homes))}


@repeatable
@given(
    st.lists(st.tuples(st.integers(0, 9), st.none() | SEARCHES), max_size=40),
    st.lists(HOMES, min_size=1, max_size=5),
)
def test_searches_that_change_or_go_are_as_if_they_had_come_so(
    changes: list[tuple[int, Asked | None]], homes: list[Facts]
) -> None:
    shelves, fresh = Shelves(), Shelves()
    for number, asked in changes:
        if asked is None:
            shelves.remove(number)
        else:
            shelves.put(number, read(asked))
    left = {number: asked for number, asked in dict(changes).items() if asked is not None}
    for number, asked in left.items():
        fresh.put(number, read(asked))
    assert len(shelves) == len(fresh) == len(left)
    for each in homes:
        home = rows.home_of(row(**each))
        assert shelves.fitting(home, text_of(home)) == fresh.fitting(home, text_of(home))


def test_there_is_room_for_as_many_as_come() -> None:
    shelves = Shelves()
    for number in range(5000):
        shelves.put(number, read({"price_min": number}))
    home: Home = rows.home_of(row(price=4321))
    assert shelves.fitting(home, text_of(home)) == list(range(4322))
