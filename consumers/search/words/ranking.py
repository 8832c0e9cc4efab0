"""The best match first: what an engine says of each candidate enters, the order leaves.

The engine only says how well the words fit, in which two engines differ by less than a tenth; all
else is decided here. Nothing depends on the time of the question: pages of one index never overlap.
"""

from collections.abc import Iterable
from typing import NamedTuple

# So many of the matches compete; those behind them follow by their date.
CANDIDATES = 1_000

WORDS, FRESHNESS, POPULARITY = 0.7, 0.2, 0.1
# A home listed so much before the newest candidate counts as half as fresh.
_HALF_LIFE = 30 * 86_400


class Scored(NamedTuple):
    """A candidate: how well the words fit it, when it was listed, how many people keep it."""

    id: int
    words: float
    listed_at: int
    favourites: int = 0


class Rank(NamedTuple):
    """Why a home stands where it does; each part from 0 to 1. The larger is the better."""

    total: float
    listed_at: int
    id: int
    words: float
    freshness: float
    popularity: float


def ranked(candidates: Iterable[Scored]) -> list[Rank]:
    """Give the candidates in their total order: the best, then the newest, then the largest id."""
    every = list(candidates)
    best = max((each.words for each in every), default=0.0)
    newest = max((each.listed_at for each in every), default=0)
    most = max((each.favourites for each in every), default=0)
    ranks = (
        _rank(
            each,
            each.words / best if best else 0.0,
            0.5 ** ((newest - each.listed_at) / _HALF_LIFE),
            each.favourites / most if most else 0.0,
        )
        for each in every
    )
    return sorted(ranks, reverse=True)


def _rank(scored: Scored, words: float, freshness: float, popularity: float) -> Rank:
    total = WORDS * words + FRESHNESS * freshness + POPULARITY * popularity
    # Engines differ in the last digits, which must not decide.
    return Rank(round(total, 4), scored.listed_at, scored.id, words, freshness, popularity)
