"""How a question is read: a valid wider form enters, what was understood of it leaves.

Every part of a page that asks the index asks by `criteria`, so that all of them mean the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from consumers.search.criteria import Criteria, criteria_of
from consumers.search.features import Feature
from consumers.search.index.port import SearchIndexReader
from consumers.search.query import Node, parse
from consumers.search.wider_form import WiderForm


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words of one question mean, and which features had a say."""

    on: frozenset[Feature]
    words: Node | None

    def criteria(self, asked: Mapping[str, Any]) -> Criteria:
        """Return what to look for when ``asked``, which is the question or a part of it."""
        plain = criteria_of(asked)
        return replace(plain, words=self.words) if plain.has_words else plain


def read(form: WiderForm, index: SearchIndexReader, on: frozenset[Feature]) -> Reading:
    return Reading(on, parse(form.cleaned_data["q"]))
