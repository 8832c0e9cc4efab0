"""Saved searches by the neighbourhood that they ask for: most of them need not be looked at.

Enters: searches as they are kept, a home. Leaves: the numbers of the searches that it fits.
"""

from collections import defaultdict
from collections.abc import Container

import numpy as np

from consumers.criteria.criteria import Criteria
from consumers.criteria.said import Said
from consumers.criteria.statuses import LISTED
from consumers.notifications.matching.columns import Columns, Sought

_ANYWHERE = ""


class Shelves:
    """Columns for each neighbourhood, and for the searches that name none."""

    def __init__(self) -> None:
        self._shelves: dict[str, Columns] = defaultdict(Columns)
        self._places: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._places)

    def put(self, number: int, criteria: Criteria) -> None:
        """Keep the search, instead of what was kept under its number; see `Columns.put`."""
        place = (criteria.exact or {}).get("neighbourhood", _ANYWHERE)
        if self._places.get(number, place) != place:
            self.remove(number)
        self._shelves[place].put(number, criteria)
        self._places[number] = place

    def remove(self, number: int) -> None:
        """Forget the search, if it is there."""
        place = self._places.pop(number, None)
        if place is not None:
            self._shelves[place].remove(number)

    def keep_only(self, numbers: Container[int]) -> None:
        """Forget all other searches, and what they alone asked for."""
        self._places = {each: at for each, at in self._places.items() if each in numbers}
        for place, columns in list(self._shelves.items()):
            columns.keep_only(numbers)
            if not columns:
                del self._shelves[place]

    def fitting(self, home: Sought, text: str) -> list[int]:
        """Return, in order, the searches that show the home, whose words are ``text``."""
        places = {_ANYWHERE, home.neighbourhood} & self._shelves.keys()
        if home.status not in LISTED or not places:
            return []
        said = Said(text)
        found = np.concatenate([self._shelves[at].fitting(home, said) for at in places])
        # Merges what is in order already, as the shelves mostly are.
        found.sort(kind="stable")
        numbers: list[int] = found.tolist()
        return numbers
