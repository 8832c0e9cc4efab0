"""How a question is read: a valid wider form enters, what was understood of it leaves.

Every part of a page that asks the index asks by `criteria`, so that all of them mean the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from consumers.criteria.criteria import Criteria, criteria_of
from consumers.criteria.query import Node, parse
from consumers.criteria.regions import Drawn
from consumers.search.drawn_area import area_of
from consumers.search.features import Feature
from consumers.search.index.port import SearchIndexReader
from consumers.search.wider_form import WiderForm
from consumers.search.words.spelling import Correction, Spelling
from consumers.search.words.synonyms import Group, known_synonyms


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words of one question mean, and which features have a say."""

    on: frozenset[Feature]
    words: Node | None
    synonyms: tuple[Group, ...] = ()
    correction: Correction | None = None
    # A part of the map that somebody drew.
    area: Drawn | None = None

    def criteria(self, asked: Mapping[str, Any]) -> Criteria:
        """Return what to look for when ``asked``, which is the question or a part of it."""
        plain = criteria_of(asked)
        is_best = Feature.RELEVANCE in self.on and not asked["sort"]
        return replace(
            plain,
            sort="best" if is_best else plain.sort,
            words=self.words if plain.has_words else None,
            area=asked.get("area", self.area),
        )

    def criteria_of_words(self) -> Criteria:
        """Return what to look for when the words are all that is asked."""
        return Criteria(has_words=True, words=self.words)


def understood(words: str, on: frozenset[Feature]) -> Reading:
    """Return the reading of words, as typed."""
    node = parse(words)
    if node is None or Feature.SYNONYMS not in on:
        return Reading(on, node)
    expansion = known_synonyms().expanded(node)
    return Reading(on, expansion.node, expansion.groups)


def read(form: WiderForm, index: SearchIndexReader, on: frozenset[Feature]) -> Reading:
    """Return the reading of a valid form; words are corrected only when nothing has them."""
    typed = form.cleaned_data["q"]
    area = area_of(form.wider.get("area") or "")
    reading = replace(understood(typed, on), area=area)
    is_final = not typed or Feature.TYPOS not in on or form.wider["as_typed"]
    if is_final or index.select(reading.criteria(form.cleaned_data)).count():
        return reading
    spelling = Spelling(index, lambda words: understood(words, on).words)
    correction = spelling.corrected(typed)
    if correction is None:
        return reading
    return replace(understood(correction.meant, on), correction=correction, area=area)
