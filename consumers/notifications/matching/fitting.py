"""Does one home fit one search? Criteria as they were saved and a home enter, yes or no leaves.

The search's own reading of criteria and of words is used, so that the two never disagree.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from consumers.criteria.criteria import BOUNDS, FACETS, Criteria, criteria_of
from consumers.criteria.said import Said
from consumers.notifications.models import Home

_NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(BOUNDS),
    **dict.fromkeys((*FACETS, "q", "status", "sort", "box", "near", "within"), ""),
}


class CriteriaBroken(ValueError):
    """These are no criteria of the search page."""


def fits(asked: Mapping[str, Any], home: Home) -> bool:
    """Tell whether the search page shows ``home`` for what is ``asked``."""
    criteria = read(asked)
    if home.status not in criteria.statuses or criteria.is_void:
        return False
    return (
        _is_in_ranges(criteria, home)
        and all(getattr(home, name) == value for name, value in (criteria.exact or {}).items())
        and _is_there(criteria, home)
        and (criteria.words is None or _said(text_of(home)).says(criteria.words))
    )


def read(asked: Mapping[str, Any]) -> Criteria:
    """Return the criteria as the search page reads them. Raises ``CriteriaBroken``."""
    try:
        if any(not isinstance(asked.get(name) or 0, int) for name in BOUNDS):
            raise TypeError("a bound is no whole number")
        return criteria_of({**_NOTHING, **asked})
    except (TypeError, ValueError, AttributeError) as error:
        raise CriteriaBroken(f"{asked!r:.200} is not asked by the search page: {error}") from error


def text_of(home: Home) -> str:
    """Return the text that words are found in."""
    parts = (home.title, home.address, home.neighbourhood, home.zip_code, home.description)
    return " ".join(parts)


def _is_in_ranges(criteria: Criteria, home: Home) -> bool:
    for name, (low, high) in (criteria.ranges or {}).items():
        value = getattr(home, name)
        if (low is not None and value < low) or (high is not None and value > high):
            return False
    return True


def _is_there(criteria: Criteria, home: Home) -> bool:
    box = criteria.box
    if box and not (
        box.south <= home.latitude <= box.north and box.west <= home.longitude <= box.east
    ):
        return False
    place = (home.latitude, home.longitude)
    return all(region.holds([place])[0] for region in criteria.regions)


# One home is asked for by many searches, one after the other.
@lru_cache(maxsize=16)
def _said(text: str) -> Said:
    return Said(text)
