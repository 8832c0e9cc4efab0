"""Where in a text each of its lexemes comes from: for pages, which show the words that matched."""

import re
from functools import lru_cache
from typing import NamedTuple

from consumers.criteria.text.lexemes import lexeme_of
from consumers.criteria.text.tokens import spans

_CHUNK = re.compile(r"\S+")


class Placed(NamedTuple):
    lexeme: str
    start: int
    end: int


def placed(text: str) -> list[Placed]:
    """Give the lexeme at each position of ``text``, gaps included, and its part of the text.

    The work is kept per chunk, as for `indexed_form`: texts of homes use the same words.
    """
    first, _, rest = text.partition(" ")
    if "<" in text or not rest:
        return _placed(text)
    found = _placed(first)
    for chunk in _CHUNK.finditer(text, len(first)):
        at = chunk.start()
        found += [Placed(lexeme, at + start, at + end) for lexeme, start, end in _of(chunk[0])]
    return found


@lru_cache(maxsize=20_000)
def _of(chunk: str) -> tuple[Placed, ...]:
    # The blank before the chunk is part of the text: some tokens start only without one.
    found = _placed(f" {chunk}")
    return tuple(Placed(lexeme, start - 1, end - 1) for lexeme, start, end in found)


def _placed(text: str) -> list[Placed]:
    return [Placed(lexeme_of(token), start, end) for token, start, end in spans(text)]
