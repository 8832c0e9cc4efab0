"""What Python decides is the same whichever engine proposes it."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.criteria.criteria import Criteria
from consumers.criteria.query import parse
from consumers.search.features import Feature
from consumers.search.index.opensearch.connection import for_writing
from consumers.search.index.opensearch.engine import OpenSearchEngine
from consumers.search.index.port import SearchIndexReader
from consumers.search.similar import similar_to
from consumers.search.suggestions import suggestions
from consumers.search.words.ranking import ranked
from consumers.search.words.spelling import Spelling
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine

pytestmark = pytest.mark.stack

WORDS = (
    *("kitchen", "porch", "garage", "fireplace", "garden", "brick", "two-car", "sunny", "quiet"),
    *("ranch", "cottage", "basement", "workshop", "maple", "deck", "the", "of", "with", "garden's"),
)
PLACES = ("Old West End", "Vistula", "East Harbor", "")
HOMES = 300

Pair = tuple[SearchIndexReader, SearchIndexReader]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, opensearch_url: str) -> Iterator[Pair]:
    folder = Path(tmp_path_factory.mktemp("agree"))
    engine = OpenSearchEngine(opensearch_url, "agreement", folder / "locks")
    lines = [SearchLine(folder / "index"), SearchLine(folder / "locks", engine=engine)]
    for line in lines:
        draw = random.Random(5)
        for number in range(1, HOMES + 1):
            line.save(home(draw, number))
        line.run()
    yield lines[0].reader().view(), lines[1].reader().view()
    for line in lines:
        line.close()
    for_writing(opensearch_url).indices.delete(index="agreement*")


def home(draw: random.Random, number: int) -> dict[str, object]:
    def some(count: int) -> str:
        return " ".join(draw.choices(WORDS, k=count))

    return row(
        id=number,
        title=some(draw.randint(1, 5)),
        description=some(draw.randint(3, 60)),
        neighbourhood=draw.choice(PLACES),
        price=draw.randint(90, 400) * 1000,
        beds=draw.randint(0, 5),
        living_area=draw.choice([0, 900, 1500, 2100]),
        latitude=41.5 + draw.random() / 5,
        longitude=-83.6 + draw.random() / 5,
        status=draw.choice(["active", "active", "pending", "sold", "draft"]),
        listed_at=f"2026-0{draw.randint(1, 6)}-1{draw.randint(0, 9)}T10:00:00Z",
    )


def test_on_corrections(pair: Pair) -> None:
    draw = random.Random(6)
    for _ in range(100):
        words = " ".join(mistyped(draw, draw.choice(WORDS)) for _ in range(2))
        one, other = (Spelling(index, parse).corrected(words) for index in pair)
        assert one == other, words


def mistyped(draw: random.Random, word: str) -> str:
    at = draw.randrange(len(word))
    return word[:at] + draw.choice(["", "x", word[at] * 2]) + word[at + 1 :]


@pytest.mark.parametrize(
    "typed", ["su", "ki", "garden", "old", "west e", "sunny b", "436", "the", "*"]
)
def test_on_suggestions(pair: Pair, typed: str) -> None:
    one, other = (suggestions(typed, index, frozenset(Feature)) for index in pair)
    assert one == other


def test_on_similar_homes(pair: Pair) -> None:
    for number in range(1, HOMES, 10):
        rows = [index.row(number) for index in pair]
        assert rows[0] == rows[1]
        if rows[0] is not None:
            one, other = (similar_to(rows[0], index) for index in pair)
            assert one == other, number


@pytest.mark.parametrize(
    "words",
    ["", "porch", "sunny kitchen", '"the deck"', "maple or ranch -brick", "two-car", "-deck"],
)
def test_on_the_best_match_to_a_tenth(pair: Pair, words: str) -> None:
    """They measure the lengths of texts and the rarity of words a little differently."""
    criteria = Criteria(sort="best", has_words=bool(words), words=parse(words))
    one, other = (
        {rank.id: rank.total for rank in ranked(index.select(criteria).scores())} for index in pair
    )
    assert one == pytest.approx(other, abs=0.1)
