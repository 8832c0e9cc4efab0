"""Why a home was found, shown in its own words: a text and a question enter, marked HTML leaves.

Marked is what has the lexemes of the question; phrases only where they stand as asked.
"""

from collections.abc import Iterator, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from consumers.criteria.query import Node, Phrase, wanted
from consumers.criteria.text.placed import placed

# Parts of a text, as slices of it, in order and apart.
Parts = list[tuple[int, int]]

_LENGTH, _BEFORE = 200, 60


def marked(text: str, words: Node) -> SafeString:
    """Return the text as HTML with the words marked."""
    return _html(text, matches(text, words), 0, len(text))


def excerpt(text: str, words: Node) -> SafeString:
    """Return the part of the text around the first match as marked HTML, or nothing."""
    parts = matches(text, words)
    if not parts:
        return SafeString("")
    start, end = _window(text, *parts[0])
    inside = [part for part in parts if start <= part[0] and part[1] <= end]
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return SafeString(before) + _html(text, inside, start, end) + SafeString(after)


def matches(text: str, words: Node) -> Parts:
    """Return which parts of the text have the words."""
    found = placed(text)
    lexemes = [each.lexeme for each in found]
    hits = {at for phrase in wanted(words) for at in _places(lexemes, phrase)}
    return _joined(sorted((found[at].start, found[at].end) for at in hits))


def _places(lexemes: Sequence[str], phrase: Phrase) -> Iterator[int]:
    _, first = phrase.lexemes[0]
    reach = len(lexemes) - phrase.lexemes[-1][0]
    for start in (at for at in range(reach) if lexemes[at] == first):
        if all(lexemes[start + offset] == lexeme for offset, lexeme in phrase.lexemes):
            yield from (start + offset for offset, _ in phrase.lexemes)


def _joined(parts: Parts) -> Parts:
    """Join what overlaps, as a compound and its parts do."""
    joined: Parts = []
    for start, end in parts:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """Return some text around a match, cut between words where it can be."""
    first = max(0, start - _BEFORE)
    if first:
        first = text.find(" ", first, start) + 1 or start
    last = max(end, first + _LENGTH)
    if last < len(text):
        cut = text.rfind(" ", end, last + 1)
        last = cut if cut > 0 else last
    return first, min(last, len(text))


def _html(text: str, parts: Parts, start: int, end: int) -> SafeString:
    pieces, at = [], start
    for first, last in parts:
        pieces += [escape(text[at:first]), f"<mark>{escape(text[first:last])}</mark>"]
        at = last
    # Every piece of the text was escaped.
    return mark_safe("".join([*pieces, escape(text[at:end])]))
