"""Text as the lexemes under which it is found: tokens stemmed, stop words leaving gaps.

The same for a listing's text and for the words asked for, so that the two meet.
"""

from functools import lru_cache

from consumers.criteria.text.stemming import stem
from consumers.criteria.text.stop_words import STOP_WORDS
from consumers.criteria.text.tokens import Token, tokens

# Stands where a stop word stood: it keeps the distance between its neighbours in phrases.
GAP = "\x1f"


def lexemes(text: str) -> list[str]:
    """Give the lexeme at each position of ``text``; ``GAP`` where a stop word was."""
    return [lexeme_of(token) for token in tokens(text)]


def lexeme_of(token: Token) -> str:
    """Give the lexeme of one token; ``GAP`` for a stop word."""
    if not token.is_word:
        return token.text
    return GAP if token.text in STOP_WORDS else stem(token.text)


def indexed_form(text: str) -> str:
    """Give the lexemes of ``text`` separated by blanks, for the engine to split again.

    Most words of a stock of listings were seen before, so the work is kept per chunk; no
    token reaches over white space, except in a tag.
    """
    if "<" in text:
        return " ".join(lexemes(text))
    first, _, rest = text.partition(" ")
    # The blank before a chunk is part of the text: some tokens start only without one.
    found = [_form(first), *(_form(f" {chunk}") for chunk in rest.split())]
    return " ".join(filter(None, found))


@lru_cache(maxsize=200_000)
def _form(chunk: str) -> str:
    return " ".join(lexemes(chunk))
