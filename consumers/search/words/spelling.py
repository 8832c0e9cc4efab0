"""Words that no home has, read as words that homes have: a question enters, a better one leaves.

The engine gives texts with something alike; which word of them was meant is decided here, by edits
and by how many homes have it, so that any engine leads to the same correction.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from consumers.criteria.criteria import Criteria
from consumers.criteria.query import Node, bare_words
from consumers.criteria.statuses import LISTED
from consumers.criteria.text.lexemes import GAP, lexeme_of
from consumers.criteria.text.tokens import Span, Token, spans, tokens
from consumers.search.index.port import SearchIndexReader
from consumers.search.words.edits import edits, is_near

# Shorter words are a few edits away from anything; longer ones may have two mistakes.
_SHORTEST, _LONG = 4, 8
# Who mistypes more words than these, or makes them up, is not understood.
_MOST = 5
# As many of the nearest spellings are counted.
_FINALISTS = 5


@dataclass(frozen=True, slots=True)
class Correction:
    """The question as typed and as it was probably meant."""

    typed: str
    meant: str


class Spelling:
    """Corrects by the homes in ``index``; ``read`` tells what words mean."""

    def __init__(self, index: SearchIndexReader, read: Callable[[str], Node | None]) -> None:
        self._index = index
        self._read = read

    def corrected(self, typed: str) -> Correction | None:
        """Return the question with every unknown word replaced for which a known one is near."""
        unknown = list(islice(self._unknown(typed), _MOST + 1))
        if len(unknown) > _MOST:
            return None
        meant = typed
        for token, start, end in reversed(unknown):
            meant = meant[:start] + (self._better(token) or meant[start:end]) + meant[end:]
        return None if meant == typed else Correction(typed, meant)

    def _unknown(self, typed: str) -> Iterator[Span]:
        for first, last in bare_words(typed):
            found = list(spans(typed[first:last]))
            # Compounds and addresses are taken as they are.
            if len(found) == 1 and self._is_unknown(found[0].token):
                token, start, end = found[0]
                yield Span(token, first + start, first + end)

    def _is_unknown(self, token: Token) -> bool:
        is_plain = token.text.isalpha() and len(token.text) >= _SHORTEST
        return is_plain and lexeme_of(token) != GAP and not self._homes(token.text)

    def _better(self, token: Token) -> str | None:
        for distance in (1, 2) if len(token.text) >= _LONG else (1,):
            if spellings := set(self._near(lexeme_of(token), distance)):
                return self._likeliest(token.text, spellings)
        return None

    def _near(self, lexeme: str, distance: int) -> Iterator[str]:
        texts = self._index.texts_near(lexeme, distance)
        for token in {token for text in texts for token in tokens(text)}:
            if token.text.isalpha() and is_near(lexeme, lexeme_of(token), distance):
                yield token.text

    def _likeliest(self, word: str, spellings: set[str]) -> str:
        nearest = sorted(spellings, key=lambda each: (edits(word, each), each))[:_FINALISTS]
        return min(nearest, key=lambda each: (edits(word, each), -self._homes(each), each))

    def _homes(self, word: str) -> int:
        asked = Criteria(statuses=LISTED, has_words=True, words=self._read(word))
        return self._index.select(asked).count()
