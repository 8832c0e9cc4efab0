"""How a home looks on the wider page: stored rows enter, cards with more about them leave."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from consumers.search.cards import Card, as_card


@dataclass(frozen=True, slots=True)
class WiderCard:
    """A card of the plain page, and what the features say about the home."""

    card: Card
    title: str


def wider_cards(rows: Iterable[Mapping[str, Any]]) -> list[WiderCard]:
    return [WiderCard(as_card(row), row["title"]) for row in rows]
