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


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of ``text`` in order, those that are indexed."""
    for match in _TOKEN.finditer(_without_odd_numerals(text)):
        for token in _tokens_of(match):
            if len(token.text) <= _LONGEST and len(token.text.encode()) <= _LONGEST:
                yield token


def _tokens_of(match: re.Match[str]) -> Iterator[Token]:
    kind, found = match.lastgroup, match.group().lower()
    if kind == "word":
        yield _word(found)
    elif kind == "compound":
        whole = match.group("compound").lower()
        yield _word(whole)
        yield from map(_word, whole.split("-"))
    elif kind == "path":
        yield Token(found, is_word=False)
        yield Token(match.group("host").lower(), is_word=False)
        yield Token(match.group("path").lower(), is_word=False)
    elif kind == "host" or kind in _PLAIN_KINDS:
        yield Token(found, is_word=False)


def _word(text: str) -> Token:
    return Token(text, is_word=not _DIGIT.search(text))


def _without_odd_numerals(text: str) -> str:
    """Blank ½, ² and their like: letters or digits to Python, neither to PostgreSQL."""
    if text.isascii():
        return text
    return "".join(" " if unicodedata.category(char) == "No" else char for char in text)
