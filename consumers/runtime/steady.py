"""A clock for what cannot be undone: it follows the machine's, but leaps ahead with it only later.

Enters: the machine's clock, and the time that goes by. Leaves: the earliest that it may be. Whoever
drops, prunes or gives up by age asks it, so that a clock that is days ahead for a while costs
nothing; one that stays ahead for an hour, as after a long sleep of the machine, is believed.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

# Clocks that differ by less are right.
DRIFT = timedelta(minutes=1)
_BELIEVED_AFTER_S = 3600.0


class SteadyClock:
    """One for each process: what it compares begins when it is made."""

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: timezone.now(),
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall, self._ticks = wall, ticks
        self._ahead_since: float | None = None
        self._set(wall(), ticks())

    def earliest(self) -> datetime:
        """Return the earliest that it may be now."""
        now, ticks = self._wall(), self._ticks()
        steady = self._at + timedelta(seconds=ticks - self._since)
        if now - steady <= DRIFT:
            # In step, or set back.
            self._set(now, ticks)
            return now
        if self._ahead_since is None:
            self._ahead_since = ticks
        if ticks - self._ahead_since < _BELIEVED_AFTER_S:
            return steady
        self._set(now, ticks)
        return now

    def _set(self, now: datetime, ticks: float) -> None:
        self._at, self._since, self._ahead_since = now, ticks, None


_clock = SteadyClock()


def earliest() -> datetime:
    """Return the earliest that it may be, by this process's own clock."""
    return _clock.earliest()
