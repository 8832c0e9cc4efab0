"""What a word that is being typed may become: homes' places, postal codes and phrases of titles.

Enters: a listing for the index, later the beginning of a word. Leaves: terms that begin with what
people type, later what each of them stands for.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from consumers.criteria.text.stop_words import STOP_WORDS

# As many words as a phrase may have.
_LONGEST = 3
_SEPARATOR = "\x1f"
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


class Kind(StrEnum):
    PLACE = "place"
    ZIP = "zip"
    PHRASE = "phrase"


class Completion(NamedTuple):
    kind: Kind
    words: str


def terms_of(title: str, place: str, zip_code: str) -> list[str]:
    """Give the terms by which a listing's completions are found, each once."""
    return list(dict.fromkeys(_terms_of(title, place, zip_code)))


def beginning_of(typed: str) -> str:
    """Give what the terms begin with that complete ``typed``."""
    return " ".join(typed.lower().replace(_SEPARATOR, " ").split())


def completion_of(term: str) -> Completion:
    """Give what a term stands for."""
    _, kind, words = term.split(_SEPARATOR)
    return Completion(Kind(kind), words)


def best_completions(terms: Iterable[tuple[str, int]], limit: int) -> list[Completion]:
    """Give what the terms stand for, each once: what most homes have first, then by its words."""
    most: dict[Completion, int] = {}
    for term, homes in terms:
        found = completion_of(term)
        most[found] = max(homes, most.get(found, 0))
    every = sorted(most.items(), key=lambda pair: (-pair[1], pair[0].words, pair[0].kind))
    return [completion for completion, _ in every[:limit]]


def _terms_of(title: str, place: str, zip_code: str) -> Iterator[str]:
    yield from _place_terms(place, zip_code)
    # The place is told by itself, and no phrase reaches over it.
    rest = title.replace(place, " | ") if place else title
    for phrase in _phrases(rest.lower()):
        yield _term(phrase, Kind.PHRASE, phrase)


@lru_cache(maxsize=10_000)
def _place_terms(place: str, zip_code: str) -> tuple[str, ...]:
    words = beginning_of(place).split()
    # "West End" is found by "end", too.
    terms = [_term(" ".join(words[start:]), Kind.PLACE, place) for start in range(len(words))]
    if zip_code:
        terms.append(_term(beginning_of(zip_code), Kind.ZIP, zip_code))
    return tuple(terms)


def _term(key: str, kind: Kind, words: str) -> str:
    return f"{key}{_SEPARATOR}{kind}{_SEPARATOR}{words.replace(_SEPARATOR, ' ')}"


def _phrases(title: str) -> Iterator[str]:
    """Give every run of words that no stop word and no other sign interrupts."""
    for run in _runs(title):
        for start in range(len(run)):
            for end in range(start + 1, min(start + _LONGEST, len(run)) + 1):
                yield " ".join(run[start:end])


def _runs(title: str) -> Iterator[list[str]]:
    run: list[str] = []
    for piece in title.split():
        word = _WORD.search(piece)
        if word is None or word.group() in STOP_WORDS:
            yield run
            run = []
        else:
            run.append(word.group())
            if not piece.endswith(word.group()):
                yield run
                run = []
    yield run
