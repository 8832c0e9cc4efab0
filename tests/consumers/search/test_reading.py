"""How questions are read, over an index of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from consumers.criteria.criteria import criteria_of
from consumers.search.features import Feature
from consumers.search.index.port import SearchIndexReader
from consumers.search.reading import Reading, read
from consumers.search.wider_form import WiderForm
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine

ALL = frozenset(Feature)
PIECES = (
    *("kitchen", "kichen", "yard", "garden", "flat", "porch", "prch", "or", "-porch", "-prch"),
    *('"sunny kitchen"', '"sunny', "the", "xylophone", "two-car", "43606", "OR"),
)
questions = some.lists(some.sampled_from(PIECES), min_size=1, max_size=5).map(" ".join)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndexReader]:
    line = SearchLine(Path(tmp_path_factory.mktemp("reading")) / "index")
    for number, text in enumerate(("A sunny kitchen", "A yard, a two-car garage", "An apartment")):
        line.save(row(id=number + 1, title="Home with porch", description=text, price=1000))
    line.run()
    yield line.reader().view()
    line.close()


def reading(index: SearchIndexReader, on: frozenset[Feature] = ALL, **asked: str) -> Reading:
    form = WiderForm(asked, index.choices(), on)
    assert form.is_valid(), form.errors
    return read(form, index, on)


@given(questions)
def test_a_question_that_has_matches_is_never_corrected(
    index: SearchIndexReader, words: str
) -> None:
    found = reading(index, on=ALL - {Feature.TYPOS}, q=words)
    form = WiderForm({"q": words}, index.choices(), ALL)
    assert form.is_valid()
    if index.select(found.criteria(form.cleaned_data)).count():
        assert reading(index, q=words) == Reading(ALL, found.words, found.synonyms)


@given(questions)
def test_whoever_wants_the_words_as_typed_gets_them(index: SearchIndexReader, words: str) -> None:
    assert reading(index, q=words, as_typed="1").correction is None


@given(questions)
def test_with_all_off_a_question_is_read_as_the_monolith_reads_it(
    index: SearchIndexReader, words: str
) -> None:
    none: frozenset[Feature] = frozenset()
    form = WiderForm({"q": words}, index.choices(), none)
    assert form.is_valid()
    assert read(form, index, none).criteria(form.cleaned_data) == criteria_of(form.cleaned_data)


def test_a_filter_that_finds_nothing_is_no_reason_to_correct_known_words(
    index: SearchIndexReader,
) -> None:
    assert reading(index, q="kitchen", price_min="5000").correction is None
    correction = reading(index, q="kichen", price_min="5000").correction
    assert correction is not None
    assert correction.meant == "kitchen"
