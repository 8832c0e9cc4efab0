"""Cut text into tokens where PostgreSQL's default parser would.

Enters: text. Leaves: tokens, each with whether its English stem is indexed or its plain
form. One pattern per kind of token, tried in the parser's order of preference; a compound
is followed by its parts. Script and style elements are not treated specially.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_LETTER = r"[^\W0-9_]"
_RUN = r"(?:[^\W_][\u0300-\u036f]*)"
_PATH = r"/[!\#-;=?-\[\]_a-z~]+"
_LABELS = r"[A-Za-z0-9]++(?:[-.][A-Za-z0-9]++)*"
_DOMAIN = r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*\.[A-Za-z]{2,}(?![A-Za-z0-9])(?::[0-9]+)?"
_FILE_START = r"(?:(?:\.\.?|~)/){0,32}[.~]?[A-Za-z0-9_]"
_PARENT = r"\.\.(?=[\s/]|\Z)"
_FILE_REST = (
    rf"(?:[A-Za-z0-9_-]|\.[A-Za-z0-9_]|/{_FILE_START})*(?:/(?:\.\.?/|~/?){{0,32}}{_PARENT})?"
)
_MIXED = rf"(?=[^\W_]*[0-9])(?=[^\W_]*{_LETTER}){_RUN}++"

_TOKEN = re.compile(
    rf"""
    (?P<tag><(?:
        (?:/[A-Za-z]|[A-Za-z:_])[\w:.-]*
        (?:/?>|\s(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[A-Za-z0-9=_\#/:.&?%~\s-])*>)
      | !--.*?--> | ![Dd][^<>]*> | \?x[^<>]*>
    ))
  | (?P<entity>&(?:\#[0-9]+|\#[xX][0-9a-fA-F]+|[A-Za-z:_][\w:.-]*);)
  | (?P<protocol>[A-Za-z]+://)
  | (?P<number>[0-9]+[eE][-+]?[0-9]+)
  | (?P<email>(?![0-9]+[-@]){_LABELS}@{_DOMAIN})
  | (?P<host>(?![0-9]+-){_DOMAIN})(?P<path>{_PATH})?
  | (?P<file>
        (?:(?:{_MIXED}|[A-Za-z]++|[0-9]++(?!{_LETTER}))(?=/))?/{_FILE_START}{_FILE_REST}
      | (?:{_MIXED}|[A-Za-z]++)\.(?=[A-Za-z0-9_]){_FILE_REST}
      | (?:\.\.?|~)(?=/)(?:/{_FILE_START}){_FILE_REST}
      | ~[A-Za-z0-9_]{_FILE_REST}
      | {_PARENT}
    )
  | (?P<decimal>[0-9]+(?:\.[0-9]+){{2,}}|[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?)
  | (?P<signed>[-+](?![0-9]+\.[0-9]+\.[0-9])[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)
  | (?P<compound>(?=[0-9]*{_LETTER}){_RUN}++(?:-(?=[0-9]*{_LETTER}){_RUN}++)+)-?
  | (?P<word>{_RUN}++)
  | (?P<space>[\W_][^\w<+&/-]*(?:_[^\w<+&/-]*)*)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN_KINDS = frozenset({"number", "email", "file", "decimal", "signed"})
_DIGIT = re.compile("[0-9]")
# Longer tokens are left out of the index, with no place kept for them.
_LONGEST = 2046


class Token(NamedTuple):
    """A lower-case token; ``is_word`` when it is stemmed and may be a stop word."""

    text: str
    is_word: bool


class Span(NamedTuple):
    """A token and the part of the text that it comes from."""

    token: Token
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of ``text`` in order, those that are indexed."""
    return (span.token for span in spans(text))


def spans(text: str) -> Iterator[Span]:
    """Give the tokens of ``text`` and where they are; a compound lies over its parts."""
    for match in _TOKEN.finditer(_without_odd_numerals(text)):
        for span in _spans_of(match):
            if len(span.token.text) <= _LONGEST and len(span.token.text.encode()) <= _LONGEST:
                yield span


def _spans_of(match: re.Match[str]) -> Iterator[Span]:
    kind = match.lastgroup
    if kind == "word":
        yield Span(_word(match.group().lower()), *match.span())
    elif kind == "compound":
        yield from _compound(match)
    elif kind == "path":
        for part in (0, "host", "path"):
            yield Span(Token(match.group(part).lower(), is_word=False), *match.span(part))
    elif kind == "host" or kind in _PLAIN_KINDS:
        yield Span(Token(match.group().lower(), is_word=False), *match.span())


def _compound(match: re.Match[str]) -> Iterator[Span]:
    whole, start = match.group("compound"), match.start()
    yield Span(_word(whole.lower()), start, start + len(whole))
    for part in whole.split("-"):
        yield Span(_word(part.lower()), start, start + len(part))
        start += len(part) + 1


def _word(text: str) -> Token:
    return Token(text, is_word=not _DIGIT.search(text))


def _without_odd_numerals(text: str) -> str:
    """Blank ½, ² and their like: letters or digits to Python, neither to PostgreSQL."""
    if text.isascii():
        return text
    return "".join(" " if unicodedata.category(char) == "No" else char for char in text)
