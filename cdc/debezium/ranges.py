"""Ranges and multiranges, which Debezium hands on as PostgreSQL prints them.

Enters: text such as `[1,5)`, `(,)`, `empty`, `{[1,3),[5,7)}`. Leaves: `Range`, or a tuple of
them. The notation is in PostgreSQL's documentation, "Range Types".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cdc.debezium.errors import Unreadable

Bound = Callable[[str], Any]

_BOUND = r'("(?:[^"\\]|\\.|"")*"|[^,"()\[\]]*)'
_RANGE = re.compile(rf"([\[(]){_BOUND},{_BOUND}([\])])")
_ESCAPED = re.compile(r'\\(.)|"(")')


@dataclass(frozen=True, slots=True)
class Range:
    """A range; a bound that is None is open to that side."""

    lower: Any = None
    upper: Any = None
    includes_lower: bool = False
    includes_upper: bool = False
    is_empty: bool = False


def range_reader(bound: Bound) -> Callable[[Any], Range]:
    """Return what reads one range whose bounds ``bound`` reads."""

    def read(raw: Any) -> Range:
        if raw == "empty":
            return Range(is_empty=True)
        match = _RANGE.fullmatch(raw)
        if match is None:
            raise Unreadable("it is no range")
        return _range(match, bound)

    return read


def multirange_reader(bound: Bound) -> Callable[[str], tuple[Range, ...]]:
    """Return what reads a multirange whose bounds ``bound`` reads."""

    def read(raw: str) -> tuple[Range, ...]:
        inner = raw[1:-1]
        if raw[:1] + raw[-1:] != "{}" or _RANGE.sub("", inner).strip(","):
            raise Unreadable("it is no multirange")
        return tuple(_range(match, bound) for match in _RANGE.finditer(inner))

    return read


def _range(match: re.Match[str], bound: Bound) -> Range:
    opening, lower, upper, closing = match.groups()
    return Range(
        lower=bound(_unquoted(lower)) if lower else None,
        upper=bound(_unquoted(upper)) if upper else None,
        includes_lower=opening == "[",
        includes_upper=closing == "]",
    )


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    return _ESCAPED.sub(lambda match: match[1] or match[2], text[1:-1])
