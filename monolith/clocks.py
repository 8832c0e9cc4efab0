"""A clock for what cannot be undone: it does not leap ahead with the machine's, but an hour later.

Enters: the machine's clock, and the time that goes by. Leaves: the earliest that it may be; so that
a clock that is days ahead for a while opens no time at which overviews are due, and gives up
nothing. One that stays ahead, as after a long sleep of the machine, is believed.
"""

import time
from datetime import datetime, timedelta

from django.utils import timezone

_DRIFT = timedelta(minutes=1)
_BELIEVED_AFTER_S = 3600.0


class SteadyClock:
    """One for each process: what it compares begins when it is made."""

    def __init__(self) -> None:
        self._ahead_since: float | None = None
        self._set(timezone.now(), time.monotonic())

    def earliest(self) -> datetime:
        """Return the earliest that it may be now."""
        now, ticks = timezone.now(), time.monotonic()
        steady = self._at + timedelta(seconds=ticks - self._since)
        if now - steady > _DRIFT:
            if self._ahead_since is None:
                self._ahead_since = ticks
            if ticks - self._ahead_since < _BELIEVED_AFTER_S:
                return steady
        # In step, set back, or ahead for so long that it is right.
        self._set(now, ticks)
        return now

    def _set(self, now: datetime, ticks: float) -> None:
        self._at, self._since, self._ahead_since = now, ticks, None


CLOCK = SteadyClock()
