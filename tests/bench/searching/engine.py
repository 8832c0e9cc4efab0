"""An index by itself, whatever its engine: how soon it is built, and how fast it answers.

Enters: an engine and homes. Leaves: seconds and milliseconds.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from consumers.criteria.criteria import criteria_of
from consumers.search.chart import frame_of
from consumers.search.clusters import size_for
from consumers.search.facets import total
from consumers.search.forms import SearchForm
from consumers.search.index.port import SearchEngine, SearchIndexReader
from consumers.search.listing import SearchListing
from consumers.search.pager import PAGE_SIZE, paginate
from consumers.search.projection import SearchProjection, opened_by
from tests.bench.searching.questions import Question, questions

NUMBER = 1_000
_WARM_UP = 100
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Built:
    """How many homes were written, and the seconds it took without those for making them up."""

    listings: int
    seconds: float


def build(engine: SearchEngine, homes: Iterable[SearchListing]) -> Built:
    """Write an index of ``homes`` that is ready to answer, as a consumer does."""
    count, seconds, more = 0, 0.0, iter(homes)
    with opened_by(engine) as projection:
        projection.complete_snapshot()
        while batch := list(islice(more, _BATCH)):
            seconds += _applied(projection, batch)
            count += len(batch)
        projection.caught_up()
    return Built(count, seconds)


def _applied(projection: SearchProjection, batch: Sequence[SearchListing]) -> float:
    begun = time.monotonic()
    for home in batch:
        projection.apply(home)
    projection.flush({})
    return time.monotonic() - begun


def answer_times(engine: SearchEngine, turns: int) -> list[float]:
    """Return the milliseconds that each of a thousand questions takes, others in each turn.

    Each is asked once, as most are: what only helps at the second time is no part of it.
    """
    view = engine.reader().view()
    # Files are read and code is warm when people come.
    for question in questions(_WARM_UP, turn=-1):
        _answer(view, question)
    asked = [question for turn in range(turns) for question in questions(NUMBER, turn)]
    return [_answer(view, question) for question in asked]


def _answer(view: SearchIndexReader, question: Question) -> float:
    """Ask all that a page asks: every facet, its rows in order, and a map's cells."""
    form = SearchForm(question, view.choices())
    if not form.is_valid():
        raise ValueError(f"{question} is no question: {form.errors.as_json()}")
    begun = time.perf_counter()
    found = view.select(criteria_of(form.cleaned_data))
    pager = paginate(total(found.counts()), form.cleaned_data["page"], str)
    if pager.count:
        found.rows(pager.start, PAGE_SIZE)
    if form.cleaned_data["view"] == "map" and (frame := frame_of(form, found.areas())):
        found.cells(size_for(frame))
    return (time.perf_counter() - begun) * 1000
