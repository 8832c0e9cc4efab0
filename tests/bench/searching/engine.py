"""An index by itself, whatever its engine: how soon it is built, and how fast it answers.

Enters: an engine and homes, then questions. Leaves: seconds and milliseconds.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from consumers.search.criteria import Criteria, criteria_of
from consumers.search.facets import total
from consumers.search.forms import SearchForm
from consumers.search.index.port import SearchEngine, SearchIndexReader
from consumers.search.listing import SearchListing
from consumers.search.pager import PAGE_SIZE, paginate
from consumers.search.projection import SearchProjection, opened_by
from tests.bench.searching.questions import Question

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


def answer_times(engine: SearchEngine, questions: Sequence[Question]) -> list[float]:
    """Return the milliseconds that each question takes, once all were asked before."""
    view = engine.reader().view()
    asked = [(_criteria(view, question), int(question.get("page", 1))) for question in questions]
    for criteria, page in asked:
        _answer(view, criteria, page)
    return [_timed(view, criteria, page) for criteria, page in asked]


def _criteria(view: SearchIndexReader, question: Question) -> Criteria:
    form = SearchForm(question, view.choices())
    if not form.is_valid():
        raise ValueError(f"{question} is no question: {form.errors.as_json()}")
    return criteria_of(form.cleaned_data)


def _timed(view: SearchIndexReader, criteria: Criteria, page: int) -> float:
    begun = time.perf_counter()
    _answer(view, criteria, page)
    return (time.perf_counter() - begun) * 1000


def _answer(view: SearchIndexReader, criteria: Criteria, page: int) -> None:
    """Ask all that a page asks: every facet, and its rows in order."""
    found = view.select(criteria)
    pager = paginate(total(found.counts()), page, str)
    found.rows(pager.start, PAGE_SIZE)
