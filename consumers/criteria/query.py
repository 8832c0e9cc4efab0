"""The words of a search as a tree of lexemes, read as PostgreSQL's websearch_to_tsquery does.

Enters: what a person typed. Leaves: `Phrase`, `Every`, `Either`, `Without`, or None for words
that can match nothing because only stop words are left. Knows no search engine.
"""

import re
from dataclasses import dataclass

from consumers.criteria.text.lexemes import GAP, lexemes


@dataclass(frozen=True, slots=True)
class Phrase:
    """Lexemes at fixed distances; a single word is a phrase of one."""

    lexemes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Whatever does not match the part."""

    part: "Node"


Node = Phrase | Every | Either | Without

# Operators of the full query language: here they only separate words.
_BREAKS = " \t\n\v\f\r!&|()<"
_OPERAND = re.compile(
    rf"""
    (?P<skip>[{_BREAKS}])
  | (?P<minus>-)
  | "(?P<quoted>[^"]*)"?
  | (?P<word>[^{_BREAKS}"][^{_BREAKS}":]*)
    """,
    re.VERBOSE,
)
_OR = re.compile(r"or(?![-_]|[^\W_])(?=.\s*\S)", re.IGNORECASE | re.DOTALL)


def parse(words: str) -> Node | None:
    """Give the tree of ``words``, or None when they match nothing."""
    alternatives: list[list[Node]] = [[]]
    position = 0
    while (found := _next_operand(words, position)) is not None:
        node, position = found
        if node is not None:
            alternatives[-1].append(node)
        position = _skip_breaks(words, position)
        if (either := _OR.match(words, position)) is not None:
            alternatives.append([])
            position = either.end()
    return _joined(Either, [node for parts in alternatives if (node := _joined(Every, parts))])


def phrase_of(text: str) -> Phrase | None:
    """Give the phrase of a quoted text, or None when only stop words are in it."""
    found = [(at, lexeme) for at, lexeme in enumerate(lexemes(text)) if lexeme != GAP]
    if not found:
        return None
    start = found[0][0]
    return Phrase(tuple((at - start, lexeme) for at, lexeme in found))


def bare_words(words: str) -> list[tuple[int, int]]:
    """Give where in ``words`` the plain ones are: neither quoted nor left out, no operators."""
    found, position, is_without = [], 0, False
    while (match := _OPERAND.match(words, position)) is not None:
        position = match.end()
        if match.lastgroup == "minus":
            is_without = not is_without
        elif match.lastgroup != "skip":
            if match["word"] is not None and not is_without:
                found.append(match.span())
            is_without = False
            position = _skip_breaks(words, position)
            if (either := _OR.match(words, position)) is not None:
                position = either.end()
    return found


def wanted(node: Node) -> list[Phrase]:
    """Give the phrases that a match has, or some of which it has, in their order."""
    match node:
        case Phrase():
            return [node]
        case Every(parts=parts) | Either(parts=parts):
            return [phrase for part in parts for phrase in wanted(part)]
        case Without():
            return []


def _next_operand(words: str, position: int) -> tuple[Node | None, int] | None:
    """Give the next operand, with its minus signs, and where it ends; None at the end."""
    is_without = False
    while (match := _OPERAND.match(words, position)) is not None:
        position = match.end()
        if match.lastgroup == "minus":
            is_without = not is_without
        elif match.lastgroup != "skip":
            phrase = phrase_of(match["quoted"] if match["word"] is None else match["word"])
            return (Without(phrase) if phrase and is_without else phrase), position
    return None


def _joined(kind: type[Every] | type[Either], parts: list[Node]) -> Node | None:
    if len(parts) <= 1:
        return parts[0] if parts else None
    return kind(tuple(parts))


def _skip_breaks(words: str, position: int) -> int:
    return position + len(words[position:]) - len(words[position:].lstrip(_BREAKS))
