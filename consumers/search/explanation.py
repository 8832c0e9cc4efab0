"""For staff: how a question was read, and why the homes of a page stand where they do.

Enters: a reading and what it found. Leaves: words and numbers for a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from consumers.criteria.criteria import Criteria
from consumers.criteria.query import Either, Every, Node, Phrase
from consumers.search.index.port import SearchSelection
from consumers.search.reading import Reading
from consumers.search.words.ranking import Rank, ranked

_WORDS = ("has_words", "words", "sort")


@dataclass(frozen=True, slots=True)
class RankedHome:
    title: str
    rank: Rank


@dataclass(frozen=True, slots=True)
class Explanation:
    words: str
    correction: str
    synonyms: tuple[str, ...]
    filters: tuple[str, ...]
    sort: str
    engine_query: str
    # Those among the candidates for the best order.
    homes: list[RankedHome]


def explanation_of(
    reading: Reading,
    selection: SearchSelection,
    rows: Sequence[Mapping[str, Any]],
) -> Explanation:
    criteria = selection.criteria
    ranks = {rank.id: rank for rank in ranked(selection.scores())}
    correction = reading.correction
    return Explanation(
        words=in_words(reading.words) if reading.words else "none",
        correction=f"{correction.typed} → {correction.meant}" if correction else "none",
        synonyms=tuple(" = ".join(group) for group in reading.synonyms),
        filters=tuple(_filters(criteria)),
        sort=criteria.sort,
        engine_query=selection.engine_query(),
        homes=[RankedHome(row["title"], ranks[row["id"]]) for row in rows if row["id"] in ranks],
    )


def in_words(node: Node) -> str:
    """Return a tree as lexemes between operators; a dot for each word between them."""
    match node:
        case Phrase(lexemes=lexemes):
            return _phrase(lexemes)
        case Every(parts=parts):
            return f"({' AND '.join(map(in_words, parts))})"
        case Either(parts=parts):
            return f"({' OR '.join(map(in_words, parts))})"
    return f"NOT {in_words(node.part)}"


def _phrase(lexemes: Sequence[tuple[int, str]]) -> str:
    placed = dict(lexemes)
    words = [placed.get(at, "·") for at in range(lexemes[-1][0] + 1)]
    return words[0] if len(words) == 1 else f'"{" ".join(words)}"'


def _filters(criteria: Criteria) -> list[str]:
    told = ((field.name, getattr(criteria, field.name)) for field in fields(criteria))
    return [f"{name}: {value}" for name, value in told if value and name not in _WORDS]
