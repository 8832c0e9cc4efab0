"""How many people keep each home, without who: a fold over the rows of favourites.

Enters: favourites as their rows tell them. Leaves: which are held, for the index to keep, and
numbers by home. A number is never raised or lowered by itself: it is the size of what is held,
so that a change told twice, late or anew counts once.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

# The home of a favourite that is gone.
NO_HOME = 0


@dataclass(frozen=True, slots=True)
class Favourite:
    """One version of a favourite; ``NO_HOME`` when it was removed, with a version unknown."""

    id: int
    home: int
    version: int
    # Position of the change in the monolith's log.
    lsn: int


class KeptFavourite(NamedTuple):
    """What is held of one favourite, also of one that is gone."""

    home: int
    version: int
    lsn: int


_UNHEARD_OF = KeptFavourite(NO_HOME, 0, -1)


class Favourites:
    """All favourites, and how many each home has."""

    def __init__(self, held: Mapping[int, KeptFavourite]) -> None:
        self._held = dict(held)
        self._counts = Counter(each.home for each in held.values())

    def of(self, home: int) -> int:
        """Give how many people keep the home."""
        return self._counts[home]

    def apply(self, told: Favourite) -> tuple[KeptFavourite, set[int]] | None:
        """Take a change; give what is held now and the homes whose number it moved, if news."""
        held = self._held.get(told.id, _UNHEARD_OF)
        # Of one row, what stands later in the log is newer, also when it is made anew.
        if told.lsn <= held.lsn:
            return None
        version = told.version if told.home else held.version + 1
        kept = self._held[told.id] = KeptFavourite(told.home, version, told.lsn)
        if told.home == held.home:
            return kept, set()
        self._counts[held.home] -= 1
        self._counts[told.home] += 1
        return kept, {held.home, told.home} - {NO_HOME}
