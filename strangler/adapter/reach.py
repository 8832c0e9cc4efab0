"""Whom each flag reaches now, told as plain values, for a site that hands over more than routes.

On the line: the agent writes ``flags.json`` -> this -> the site writes into what it publishes for
whom a service acts. A site that must say so before it knows of whom cannot ask for one person,
as `provider` answers: here is the rule itself. Enters: the file; the last good one holds. Leaves:
a flag's reach.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike

from strangler import flags
from strangler.audience import Audience, audiences
from strangler.last_good import LastGood


@dataclass(frozen=True, slots=True)
class Reach:
    """A share of the buckets, and who is in whatever the share."""

    buckets: tuple[flags.Range, ...] = ()
    # Primary keys of the site's users.
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    staff: bool = False


class PublishedReach:
    """What the agent's file says; nobody is reached before a good one was ever read."""

    def __init__(self, file: str | PathLike[str], clock: Callable[[], float] = time.time) -> None:
        self._published: LastGood[dict[str, Audience]] = LastGood(file, audiences, {})
        self._clock = clock

    def every(self) -> dict[str, Reach]:
        """Return whom each published flag reaches at this moment; a look costs one `stat`."""
        self._published.look()
        now = datetime.fromtimestamp(self._clock(), UTC)
        return {name: _reach(name, whom.at(now)) for name, whom in self._published.value.items()}


def _reach(flag: str, audience: Audience) -> Reach:
    ranges = flags.ranges(flag, audience.percent)
    return Reach(ranges, audience.users, audience.groups, audience.staff)
