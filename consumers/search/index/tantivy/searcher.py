"""The engine's searcher, whose failures mean that the index cannot answer.

Enters: questions. Leaves: the engine's answers, or ``IndexUnavailable``, upon which the monolith
answers: to open an index proves only the ends of its files.
"""

import logging
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import ParamSpec, TypeVar

from tantivy import Schema, Searcher

from consumers.search.index.port import IndexUnavailable
from consumers.search.index.tantivy.edges import Edges

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

# What the engine refuses, and where its panics come from: they are no `Exception`, and their class
# cannot be imported.
_REFUSALS = (ValueError, OSError, RuntimeError)
_PANICS = "pyo3_runtime"


class _Reading:
    """Raises ``IndexUnavailable`` instead of whatever the engine fails with."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            return
        if issubclass(kind, _REFUSALS) or kind.__module__ == _PANICS:
            log.error("index_unreadable reason=%s", failure)
            raise IndexUnavailable(f"the index cannot be read: {failure}") from failure


# One for all: it keeps nothing, and a page reads a few dozen times.
READING = _Reading()


class ReadingSearcher:
    """A searcher for pages; what a user asks wrongly is refused before it."""

    def __init__(self, searcher: Searcher, schema: Schema, edges: Edges) -> None:
        self.num_docs = searcher.num_docs
        self.edge = _reading(partial(edges.of, schema=schema, searcher=searcher))
        self.search = _reading(searcher.search)
        self.doc = _reading(searcher.doc)
        self.aggregate = _reading(searcher.aggregate)
        self.fast_field_values = _reading(searcher.fast_field_values)
        self.terms_with_prefix = _reading(searcher.terms_with_prefix)


def _reading(ask: Callable[P, R]) -> Callable[P, R]:
    def answer(*args: P.args, **named: P.kwargs) -> R:
        with READING:
            return ask(*args, **named)

    return answer
