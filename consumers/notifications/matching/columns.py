"""All saved searches side by side, a column for each condition: a home enters, those it fits leave.

One pass of numpy over each column leaves few searches; of those, distances and words that are more
than one lexeme are looked at. 100,000 searches take 15 MB. Rejected: files mapped into memory, as
they would be made anew from the database at each start all the same.
"""

from collections.abc import Container, Iterator
from itertools import zip_longest
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from consumers.criteria.criteria import BOUNDS, FACETS, Criteria
from consumers.criteria.places import METRES_PER_DEGREE, Box, squeeze
from consumers.criteria.query import Every, Node, Phrase, Without
from consumers.criteria.said import Said
from consumers.criteria.statuses import LISTED

Rows = NDArray[np.intp]

_SIDES = ("south", "west", "north", "east")
_SPOT = ("latitude", "longitude", "narrow")
_INT = np.iinfo(np.int32)
# Lexemes without which a home matches no words, and one with which it does not: they settle most.
_LEXEMES = ("lexeme", "another")
_UNWANTED = "unwanted"
# Whose numbers stand in which columns.
_CODED = {
    **{name: (name,) for name in FACETS},
    "lexeme": (*_LEXEMES, _UNWANTED),
    "tree": ("tree",),
}
# No code of a facet's value, no number of a lexeme or of a tree of words.
_ANY = 0
# A value that no search asks for.
_UNASKED = -1
_ANYWHERE = Box(-np.inf, -np.inf, np.inf, np.inf)
# What stands in the row of a search that does not ask for it, and shuts out no home.
_OPEN: dict[str, float] = {
    **{name: _INT.min if is_lower else _INT.max for name, (_, is_lower) in BOUNDS.items()},
    **dict.fromkeys(FACETS, _ANY),
    **{side: getattr(_ANYWHERE, side) for side in _SIDES},
}


class Sought(Protocol):
    """A home by what searches ask of it; its numbers and facets are attributes of those names."""

    status: str
    neighbourhood: str
    latitude: float
    longitude: float


class Columns:
    """Saved searches by their numbers."""

    def __init__(self) -> None:
        self._size = 0
        self._rows: dict[int, int] = {}
        # From 1: facets' values, lexemes and trees of words that searches ask for.
        self._codes: dict[str, dict[Any, int]] = {name: {} for name in _CODED}
        self._trees: list[Node] = []
        # Of the plain conditions, those that some search has ever asked for.
        self._asked: set[str] = set()
        self._columns: dict[str, NDArray[Any]] = {
            "number": np.empty(0, np.int64),
            "statuses": np.empty(0, np.uint8),
            **{
                name: np.empty(0, np.int32)
                for name in (*BOUNDS, *self._codes, "another", _UNWANTED, "metres")
            },
            **{name: np.empty(0, np.float64) for name in (*_SIDES, *_SPOT)},
        }

    def __len__(self) -> int:
        return self._size

    def put(self, number: int, criteria: Criteria) -> None:
        """Keep the search, instead of what was kept under its number.

        Raises ``ValueError`` for an area that somebody drew, which cannot be saved.
        """
        if criteria.area is not None:
            raise ValueError("a saved search has no drawn area")
        row = self._rows.setdefault(number, self._size)
        if row == self._size:
            self._make_room()
            self._size += 1
        for name, value in self._conditions(number, criteria):
            self._columns[name][row] = value
            if name in _OPEN and value != _OPEN[name]:
                self._asked.add(name)

    def remove(self, number: int) -> None:
        """Forget the search, if it is there; the last one takes its place."""
        row = self._rows.pop(number, None)
        if row is None:
            return
        self._size -= 1
        if row < self._size:
            for column in self._columns.values():
                column[row] = column[self._size]
            self._rows[int(self._columns["number"][row])] = row

    def keep_only(self, numbers: Container[int]) -> None:
        """Forget all other searches, and what they alone asked for."""
        known = self._of("number").tolist()
        kept = np.fromiter((number in numbers for number in known), np.bool_, len(known))
        self._columns = {name: self._of(name)[kept] for name in self._columns}
        self._size = len(self._columns["number"])
        self._rows = {number: row for row, number in enumerate(self._columns["number"].tolist())}
        for name in _CODED:
            self._renumber(name)

    def fitting(self, home: Sought, said: Said) -> NDArray[np.int64]:
        """Return the numbers of the searches that show the home, which says that, in no order."""
        rows = self._said(said, self._near(home, self._bounded(home)))
        return self._of("number")[rows]

    def _bounded(self, home: Sought) -> Rows:
        """Give the searches whose plain conditions hold."""
        fits = self._of("statuses") & np.uint8(1 << LISTED.index(home.status)) != 0
        for name in self._asked & BOUNDS.keys():
            field, is_lower = BOUNDS[name]
            value = np.int32(getattr(home, field))
            fits &= self._of(name) <= value if is_lower else self._of(name) >= value
        for name in self._asked.intersection(FACETS):
            code = self._codes[name].get(getattr(home, name), _UNASKED)
            fits &= (self._of(name) == _ANY) | (self._of(name) == code)
        for name in self._asked.intersection(_SIDES):
            degrees = home.longitude if name in ("west", "east") else home.latitude
            is_lower = name in ("south", "west")
            fits &= self._of(name) <= degrees if is_lower else self._of(name) >= degrees
        return np.flatnonzero(fits)

    def _near(self, home: Sought, rows: Rows) -> Rows:
        """Keep the searches that look no further than the home is, by `Spot.metres`."""
        round_ones = self._of("metres")[rows] >= 0
        asked = rows[round_ones]
        north = home.latitude - self._of("latitude")[asked]
        east = (home.longitude - self._of("longitude")[asked]) * self._of("narrow")[asked]
        away = np.rint(np.sqrt(north * north + east * east) * METRES_PER_DEGREE)
        fits = ~round_ones
        fits[round_ones] = away <= self._of("metres")[asked]
        return rows[fits]

    def _said(self, said: Said, rows: Rows) -> Rows:
        """Keep the searches whose words the home says: first by some lexemes, then by the tree."""
        known = self._known(said)
        for name in _LEXEMES:
            rows = rows[known[self._of(name)[rows]]]
        known[_ANY] = False
        rows = rows[~known[self._of(_UNWANTED)[rows]]]
        numbers = self._of("tree")[rows]
        asked = set(numbers[numbers != _ANY].tolist())
        false = [number for number in asked if not said.says(self._trees[number - 1])]
        return rows[~np.isin(numbers, false)] if false else rows

    def _known(self, said: Said) -> NDArray[np.bool_]:
        """Tell of each lexeme that searches need, by its number, whether the home has it."""
        numbers = self._codes["lexeme"]
        known = np.zeros(len(numbers) + 1, np.bool_)
        known[[_ANY, *(numbers[lexeme] for lexeme in said.places if lexeme in numbers)]] = True
        return known

    def _conditions(self, number: int, criteria: Criteria) -> Iterator[tuple[str, Any]]:
        yield "number", number
        # Words that can match nothing go with no status either.
        asked = () if criteria.is_void else criteria.statuses
        yield "statuses", sum(1 << LISTED.index(status) for status in asked)
        for name, (field, is_lower) in BOUNDS.items():
            low, high = (criteria.ranges or {}).get(field, (None, None))
            yield name, _within(low, _INT.min) if is_lower else _within(high, _INT.max)
        for name in FACETS:
            yield name, self._code(name, (criteria.exact or {}).get(name))
        needed = sorted(_needed(criteria.words), key=len, reverse=True)
        for name, lexeme in zip_longest(_LEXEMES, needed[: len(_LEXEMES)]):
            yield name, self._code("lexeme", lexeme)
        unwanted = sorted(_unwanted(criteria.words))
        yield _UNWANTED, self._code("lexeme", unwanted[0] if unwanted else None)
        is_few = len(needed) <= len(_LEXEMES) and len(unwanted) <= 1
        is_settled = is_few and _is_plain(criteria.words)
        yield "tree", self._tree(None if is_settled else criteria.words)
        yield "metres", -1 if criteria.metres is None else criteria.metres
        if criteria.near is not None:
            yield "latitude", criteria.near.latitude
            yield "longitude", criteria.near.longitude
            yield "narrow", squeeze(criteria.near.latitude)
        yield from ((side, getattr(criteria.box or _ANYWHERE, side)) for side in _SIDES)

    def _code(self, name: str, value: Any) -> int:
        codes = self._codes[name]
        return codes.setdefault(value, len(codes) + 1) if value else _ANY

    def _tree(self, words: Node | None) -> int:
        number = self._code("tree", words)
        if words is not None and number > len(self._trees):
            self._trees.append(words)
        return number

    def _renumber(self, name: str) -> None:
        codes, columns = self._codes[name], _CODED[name]
        used = np.unique(np.concatenate([self._columns[column] for column in columns]))
        used = used[used != _ANY]
        anew = np.full(len(codes) + 1, _ANY, np.int32)
        anew[used] = np.arange(1, len(used) + 1)
        for column in columns:
            self._columns[column] = anew[self._columns[column]]
        self._codes[name] = {value: int(anew[code]) for value, code in codes.items() if anew[code]}
        if name == "tree":
            self._trees = list(self._codes[name])

    def _of(self, name: str) -> NDArray[Any]:
        return self._columns[name][: self._size]

    def _make_room(self) -> None:
        if self._size == len(self._columns["number"]):
            room = max(1024, 2 * self._size)
            for name, column in self._columns.items():
                self._columns[name] = np.resize(column, room)


def _within(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else max(_INT.min, min(value, _INT.max))


def _needed(words: Node | None) -> set[str]:
    """Return lexemes without which no home matches; long words, which are rare, say most."""
    match words:
        case Phrase(lexemes=lexemes):
            return {lexeme for _, lexeme in lexemes}
        case Every(parts=parts):
            return set().union(*map(_needed, parts))
        case _:
            return set()


def _unwanted(words: Node | None) -> set[str]:
    """Return lexemes with which no home matches."""
    match words:
        case Without(part=Phrase(lexemes=((_, lexeme),))):
            return {lexeme}
        case Every(parts=parts):
            return set().union(*map(_unwanted, parts))
        case _:
            return set()


def _is_plain(words: Node | None) -> bool:
    """Say whether every home matches that has all that is needed and nothing unwanted."""
    match words:
        case Phrase(lexemes=lexemes) | Without(part=Phrase(lexemes=lexemes)):
            return len(lexemes) == 1
        case Every(parts=parts):
            return all(map(_is_plain, parts))
        case _:
            return words is None
