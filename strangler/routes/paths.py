"""A path that a route claims, and what can be told of two of them.

On the line: the first thing compared when a browser asks. Enters: a path as it is on the
wire, percent-encoded. Leaves: whether it fits; one regular expression that Python and
Envoy (RE2) read alike.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from strangler.examples import example

# What Django's own converters take: https://docs.djangoproject.com/en/5.2/topics/http/urls/
CONVERTERS = {
    "int": "[0-9]+",
    "path": ".+",
    "slug": "[-a-zA-Z0-9_]+",
    "str": "[^/]+",
    "uuid": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
}
# One of these fits whatever two converters have in common.
SAMPLES = ("7", "a-b", "x.y", "01234567-89ab-cdef-0123-456789abcdef")

_CONVERTED = re.compile(r"<(?:(?P<converter>[^>:]*):)?(?P<name>[^>]*)>")
# Letters that stand for themselves, unless what follows makes them optional or many.
_PLAIN = re.compile(r"(?:[A-Za-z0-9_/%~-](?![?*+{]))*")
_NOT_IN_RE2 = re.compile(r"\(\?(?:<?[=!]|P=|>|\()|\\[1-9]|[*+?}]\+")


class PathError(ValueError):
    """A path cannot be what it is said to be; the message is one line."""


class Match(StrEnum):
    """How a path is compared."""

    EXACT = "exact"
    PREFIX = "prefix"
    PATTERN = "pattern"
    REGEX = "regex"


@dataclass(frozen=True, slots=True, order=True)
class Path:
    """A path that a route claims; the query string never matters."""

    match: Match
    value: str

    @property
    def regex(self) -> str:
        """Return the expression that the whole path fits."""
        match self.match:
            case Match.EXACT:
                return re.escape(self.value)
            case Match.PREFIX:
                return re.escape(self.value) + ".*"
            case Match.PATTERN:
                return _expression(self.value)
            case Match.REGEX:
                return self.value

    @property
    def head(self) -> str:
        """Return the text that every path which fits begins with."""
        match self.match:
            case Match.PATTERN:
                return self.value.partition("<")[0]
            case Match.REGEX:
                found = _PLAIN.match(self.value)
                return "/" if "|" in self.value or not found else found[0]
        return self.value

    @property
    def example(self) -> str:
        """Return a path that fits; empty where none could be made of a regular expression."""
        if self.match is Match.PATTERN:
            return _CONVERTED.sub(_sample, self.value)
        return example(self.value) if self.match is Match.REGEX else self.value

    def fits(self, path: str) -> bool:
        """Whether a request for this path is meant."""
        return re.fullmatch(self.regex, path, re.ASCII | re.DOTALL) is not None

    def overlaps(self, other: "Path") -> bool:
        """Whether a request could fit both; yes where two expressions cannot be compared."""
        for one, two in ((self, other), (other, self)):
            if one.match is Match.EXACT:
                return two.fits(one.value)
        if Match.REGEX in (self.match, other.match):
            return self.head.startswith(other.head) or other.head.startswith(self.head)
        return _meet(_segments(self), _segments(other))

    def hides(self, other: "Path") -> bool:
        """Whether certainly every request that fits the other fits this one too."""
        if other.match is Match.EXACT:
            return self.fits(other.value)
        if self.match is Match.PREFIX:
            return other.head.startswith(self.value)
        return self.regex == other.regex


def path(match: str, value: object) -> Path:
    """Return a path from words; raises ``PathError``."""
    if not isinstance(value, str) or not value.startswith("/"):
        raise PathError(f"{value!r} is not a path")
    found = Path(Match(match), value)
    if not value.isascii():
        raise PathError(f"{value!r} must be percent-encoded, as it is on the wire")
    if found.match is Match.REGEX:
        return _compiled(found)
    if re.search(r"[?#\s]|//", value):
        raise PathError(f"{value!r} is not a path")
    if found.match is Match.PREFIX and not value.endswith("/"):
        raise PathError(f"prefix {value!r} must end with /, or it would claim more")
    if found.match is Match.PATTERN:
        _refuse_unknown_converters(value)
    return found


def _compiled(found: Path) -> Path:
    if _NOT_IN_RE2.search(found.value):
        raise PathError(f"regex {found.value!r} looks around or back, which Envoy's RE2 does not")
    try:
        re.compile(found.value, re.ASCII)
    except re.error as error:
        raise PathError(f"regex {found.value!r}: {error}") from error
    return found


def _refuse_unknown_converters(value: str) -> None:
    for found in _CONVERTED.finditer(value):
        if (found["converter"] or "str") not in CONVERTERS:
            raise PathError(
                f"pattern {value!r}: unknown converter {found['converter']!r} "
                f"(there are {', '.join(CONVERTERS)}); write a regex instead"
            )


def _expression(value: str) -> str:
    expression, end = "", 0
    for found in _CONVERTED.finditer(value):
        expression += re.escape(value[end : found.start()])
        expression += CONVERTERS[found["converter"] or "str"]
        end = found.end()
    return expression + re.escape(value[end:])


def _sample(found: re.Match[str]) -> str:
    converter = CONVERTERS[found["converter"] or "str"]
    return next(sample for sample in SAMPLES if re.fullmatch(converter, sample))


@dataclass(frozen=True, slots=True)
class _Segments:
    """A path cut at its slashes; an open one goes on with at least one more."""

    parts: tuple[str, ...]
    is_open: bool


def _segments(found: Path) -> _Segments:
    parts = found.value.split("/")
    if found.match is Match.PREFIX:
        return _Segments(tuple(parts[:-1]), is_open=True)
    for number, part in enumerate(parts):
        if "<path:" in part:
            return _Segments(tuple(parts[:number]), is_open=True)
    return _Segments(tuple(parts), is_open=False)


def _meet(one: _Segments, other: _Segments) -> bool:
    short, long = sorted((one, other), key=lambda segments: len(segments.parts))
    if not short.is_open and len(short.parts) < len(long.parts):
        return False
    if len(short.parts) == len(long.parts) and short.is_open is not long.is_open:
        return False
    return all(map(_alike, short.parts, long.parts[: len(short.parts)]))


def _alike(one: str, other: str) -> bool:
    if "<" not in one:
        one, other = other, one
    if "<" not in one:
        return one == other
    if "<" not in other:
        return re.fullmatch(_expression(one), other) is not None
    if _CONVERTED.fullmatch(one) and _CONVERTED.fullmatch(other):
        both = (_expression(one), _expression(other))
        return any(all(re.fullmatch(each, sample) for each in both) for sample in SAMPLES)
    return True
