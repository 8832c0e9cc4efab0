"""How a home looks on the wider page: stored rows enter, cards with more about them leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumers.search.cards import Card, as_card
from consumers.search.features import Feature
from consumers.search.index.port import SearchIndexReader
from consumers.search.reading import Reading
from consumers.search.words.highlights import excerpt, marked


@dataclass(frozen=True, slots=True)
class WiderCard:
    """A card of the plain page, and what the features say about the home."""

    card: Card
    # Text, or HTML that is marked as such.
    title: str
    excerpt: str = ""


def wider_cards(
    rows: Sequence[Mapping[str, Any]], reading: Reading, index: SearchIndexReader
) -> list[WiderCard]:
    words = reading.words
    if words is None or Feature.HIGHLIGHTS not in reading.on:
        return [WiderCard(as_card(row), row["title"]) for row in rows]
    told = index.descriptions([row["id"] for row in rows])
    return [
        WiderCard(
            as_card(row), marked(row["title"], words), excerpt(told.get(row["id"], ""), words)
        )
        for row in rows
    ]
