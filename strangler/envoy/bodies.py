"""Two bodies of one answer beside each other: every line that differs, to the byte.

On the line: behind the self-test's question. Enters: a body twice as the site gave it, and as it
came through. Leaves: the places at which the last one has what neither of the others explains:
a line that the site makes anew for each answer is no difference. Pure functions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# Of one place so many bytes are shown; what is more is counted.
_SHOWN = 400

# A range of lines, ends included: what was put in between counts as well.
_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where two bodies part: the line, the byte, and what each has there."""

    line: int
    at: int
    direct: bytes
    through: bytes

    def told(self) -> tuple[str, str]:
        """Return both sides in words."""
        return _told(self.at, self.direct), _told(self.at, self.through)


def places(first: bytes, again: bytes, through: bytes) -> Iterator[Place]:
    """Yield every place at which the body that came through differs."""
    lines, others = _lines(first), _lines(through)
    own = [found[:2] for found in _apart(lines, _lines(again))]
    for start, end, other_start, other_end in _apart(lines, others):
        if any(low <= start and end <= high for low, high in own):
            continue
        before, mine = b"".join(lines[:start]), b"".join(lines[start:end])
        yield _narrowed(start + 1, len(before), mine, b"".join(others[other_start:other_end]))


def _lines(body: bytes) -> list[bytes]:
    # Not `splitlines`, which takes other bytes for ends, too.
    return [line + b"\n" for line in body.split(b"\n")[:-1]] + [body.rpartition(b"\n")[2]]


def _apart(one: list[bytes], other: list[bytes]) -> Iterator[tuple[int, int, int, int]]:
    if one == other:
        return
    for tag, *where in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal":
            yield where[0], where[1], where[2], where[3]


def _narrowed(line: int, at: int, mine: bytes, others: bytes) -> Place:
    """Leave out what both begin with."""
    pairs = enumerate(zip(mine, others, strict=False))
    same = next((n for n, (x, y) in pairs if x != y), min(len(mine), len(others)))
    return Place(line + mine.count(b"\n", 0, same), at + same, mine[same:], others[same:])


def _told(at: int, found: bytes) -> str:
    more = f" and {len(found) - _SHOWN} bytes more" if len(found) > _SHOWN else ""
    return f"at byte {at} {found[:_SHOWN]!r}{more}"
