"""What a saved search would have told last month: a reading enters, numbers of alerts leave.

The monolith tells of a home that comes on the market and of a lower price. Of each home the index
knows the last time of either, so a home that was reduced twice counts once; and homes count by
what they are now, as a search that is saved now is compared with them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from consumers.criteria.criteria import Criteria
from consumers.search.index.port import SearchSelection

DAYS = 30
_SECONDS = DAYS * 86_400


@dataclass(frozen=True, slots=True)
class Preview:
    """Alerts of the last ``DAYS`` days."""

    new: int
    reduced: int
    days: int = DAYS

    @property
    def alerts(self) -> int:
        """Return all of them: a home that came and was reduced is told of twice."""
        return self.new + self.reduced


def preview_of(
    criteria: Criteria, select: Callable[[Criteria], SearchSelection], now: float
) -> Preview:
    """Return what ``criteria`` would have told up to ``now``, in seconds."""
    since = int(now) - _SECONDS
    return Preview(
        select(replace(criteria, listed_since=since)).count(),
        select(replace(criteria, reduced_since=since)).count(),
    )
