"""Corrections by the homes' own texts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from consumers.criteria.criteria import Criteria
from consumers.criteria.query import parse
from consumers.criteria.statuses import LISTED
from consumers.search.index.port import SearchIndexReader
from consumers.search.words.spelling import Correction, Spelling
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine

TEXTS = (
    "A sunny kitchen with a breakfast nook",
    "Kitchens and fireplaces, a fenced yard",
    "A fireplace and a garage",
    "Garages for four cars; one barn, two barks",
    "A barn",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndexReader]:
    line = SearchLine(Path(tmp_path_factory.mktemp("spelling")) / "index")
    for number, text in enumerate(TEXTS, start=1):
        line.save(row(id=number, title="", address="", neighbourhood="", description=text))
    line.run()
    yield line.reader().view()
    line.close()


def corrected(index: SearchIndexReader, typed: str) -> str:
    correction = Spelling(index, parse).corrected(typed)
    assert correction is None or correction.typed == typed
    return correction.meant if correction else typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kichen", "kitchen"),
        ("Kithcens", "kitchens"),
        ("sunny (kichen, porsh", "sunny (kitchen, porsh"),
        ("sunny  kichen -carprt", "sunny  kitchen -carprt"),
        # Two mistakes only in long words.
        ("firplcae", "fireplace"),
        ("garrage", "garage"),
        ("kchn", "kchn"),
        # More homes have it.
        ("barp", "barn"),
        # Known, quoted, left out, short, or no word.
        ("yards", "yards"),
        ('"kichen"', '"kichen"'),
        ("-kichen", "-kichen"),
        ("crs", "crs"),
        ("k1chen", "k1chen"),
        ("the very", "the very"),
        ("kichen or frieplace", "kitchen or fireplace"),
        ("xylophone", "xylophone"),
        ("kichen xylophone", "kitchen xylophone"),
        # So many mistakes are none.
        ("kichen " * 5, "kitchen " * 5),
        ("kichen " * 6, "kichen " * 6),
    ],
)
def test_unknown_words_become_the_nearest_known_ones(
    index: SearchIndexReader, typed: str, meant: str
) -> None:
    assert corrected(index, typed) == meant


def test_a_correction_tells_both(index: SearchIndexReader) -> None:
    expected = Correction("sunny kichen", "sunny kitchen")
    assert Spelling(index, parse).corrected("sunny kichen") == expected


known = some.sampled_from(
    ["sunny", "kitchen", "breakfast", "fenced", "yards", "garage", "barn", "cars", "nook"]
)
noise = some.text(alphabet="abcdeiknrt ", max_size=7)


@given(some.lists(known | noise, max_size=4).map(" ".join))
def test_a_word_that_some_home_has_is_never_touched(index: SearchIndexReader, typed: str) -> None:
    meant = corrected(index, typed).split()
    for before, after in zip(typed.split(), meant, strict=True):
        if homes(index, before):
            assert after == before
        elif after != before:
            assert homes(index, after)


def homes(index: SearchIndexReader, word: str) -> int:
    return index.select(Criteria(LISTED, has_words=True, words=parse(word))).count()
