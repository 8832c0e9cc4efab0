"""What the words being typed may become: their beginning enters, suggestions with counts leave.

A suggestion counts the homes that its link finds, so that none leads to an empty page.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms

from consumers.criteria.criteria import Criteria
from consumers.search.features import Feature
from consumers.search.index.port import SearchIndexReader
from consumers.search.reading import understood
from consumers.search.words.completions import Completion, Kind, beginning_of

MOST = 10
# Only so many of the last words are completed together.
_TOGETHER = 4


class SuggestionForm(forms.Form):
    """The parameter of a question for suggestions."""

    q = forms.CharField(min_length=2, max_length=100)


@dataclass(frozen=True, slots=True)
class Suggestion:
    kind: Kind
    words: str
    # Homes for sale.
    count: int
    url: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def suggestions(typed: str, index: SearchIndexReader, on: frozenset[Feature]) -> list[Suggestion]:
    """Return at most ``MOST`` suggestions, what most homes have first."""
    head, found = _completed(typed, index)
    every = _counted(head, found, index, on)
    return sorted(every, key=lambda each: (-each.count, each.words))


def _completed(typed: str, index: SearchIndexReader) -> tuple[str, list[Completion]]:
    """Complete as many of the last words as anything begins with."""
    words = beginning_of(typed).split()
    for start in range(max(0, len(words) - _TOGETHER), len(words)):
        if found := index.completions(" ".join(words[start:]), MOST):
            return " ".join(words[:start]), found
    return "", []


def _counted(
    head: str, found: list[Completion], index: SearchIndexReader, on: frozenset[Feature]
) -> Iterator[Suggestion]:
    for kind, words in found:
        whole = f"{head} {words}".strip()
        if kind is Kind.PLACE and not head:
            parameter, criteria = "neighbourhood", Criteria(exact={"neighbourhood": words})
        else:
            parameter, criteria = "q", understood(whole, on).criteria_of_words()
        if count := index.select(criteria).count():
            yield Suggestion(kind, whole, count, f"/search?{urlencode({parameter: whole})}")
