"""A text that a regular expression fits, so that it can be asked about.

On the line: a pattern of a site or a route -> a path. Enters: an expression. Leaves: one text
that fits the whole of it, or none where that cannot be told. Pure functions.
"""

import re
from importlib import import_module
from typing import Any

# How expressions are read; it has no types.
_parser: Any = import_module("re._parser")

# What is taken from a set of characters, the first that is in it.
_LIKELY = "x7-a_./A %"
_REPEATED = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
_OF_LETTERS = {"LITERAL", "RANGE"}
_CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}


def example(expression: str) -> str:
    """Return a text that fits: of alternatives the first, of repetitions the fewest."""
    found = _text(_parser.parse(expression, re.ASCII), {})
    # What looks around, or wants two things at once, is seen here.
    return found if re.fullmatch(expression, found, re.ASCII) else ""


def _text(parts: Any, groups: dict[int, str]) -> str:
    return "".join(_part(str(kind), what, groups) for kind, what in parts)


def _part(kind: str, what: Any, groups: dict[int, str]) -> str:
    if kind == "LITERAL":
        return chr(what)
    if kind == "ANY":
        return _LIKELY[0]
    if kind in ("IN", "NOT_LITERAL"):
        members = what if kind == "IN" else [("NEGATE", None), ("LITERAL", what)]
        return _one_of([(str(of), it) for of, it in members])
    if kind == "BRANCH":
        return _text(what[1][0], groups)
    if kind == "SUBPATTERN":
        text = _text(what[3], groups)
        groups[what[0]] = text
        return text
    if kind == "ATOMIC_GROUP":
        return _text(what, groups)
    if kind in _REPEATED:
        return _text(what[2], groups) * int(what[0])
    return str(groups.get(what, "")) if kind == "GROUPREF" else ""


def _one_of(members: list[tuple[str, Any]]) -> str:
    is_negative = members[0][0] == "NEGATE"
    first = [chr(it if of == "LITERAL" else it[0]) for of, it in members if of in _OF_LETTERS]
    letters: list[str] = [*_LIKELY, *first]
    for letter in letters:
        if any(_holds(of, it, letter) for of, it in members) is not is_negative:
            return letter
    return ""


def _holds(kind: str, what: Any, letter: str) -> bool:
    if kind == "LITERAL":
        return ord(letter) == int(what)
    if kind == "RANGE":
        return bool(what[0] <= ord(letter) <= what[1])
    if kind == "CATEGORY":
        name = str(what).removeprefix("CATEGORY_")
        fits = re.match(_CATEGORIES[name.removeprefix("NOT_")], letter, re.ASCII) is not None
        return fits is not name.startswith("NOT_")
    return False
