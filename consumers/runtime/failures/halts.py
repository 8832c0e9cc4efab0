"""Whether a consumer is halted, as its loop keeps to it: nothing is handled until it is lifted.

Enters: a halt of this process's own, or one that stands since before, or of another process.
Leaves: yes or no, and why, for whoever asks this process. Nothing of Django, as in `orders`;
`database_halts` keeps them.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from consumers.runtime.errors import Halted, StoreAway
from consumers.runtime.health.progress import Progress

log = logging.getLogger(__name__)


class Halts(Protocol):
    """Where it stands that a consumer is halted, whatever becomes of its processes."""

    def standing(self) -> str:
        """Say since when and why the consumer is halted; "" when not. Raises ``StoreAway``."""

    def halt(self, reason: str) -> None:
        """Halt the consumer, unless it is halted. Raises ``StoreAway``."""


class Hold:
    """Keeps one process to it."""

    def __init__(
        self,
        halts: Halts | None,
        progress: Progress,
        pause: float,
        clock: Callable[[], float],
        lifted: Callable[[], None],
    ) -> None:
        self._halts = halts
        self._progress = progress
        self._pause = pause
        self._clock = clock
        self._lifted = lifted
        self._due = 0.0
        # Nothing begins before it is known that it may.
        self.is_on = halts is not None

    def ask(self) -> None:
        """Look, when it is due, whether a person or another process has changed it."""
        if self._halts is None or self._clock() < self._due:
            return
        self._due = self._clock() + self._pause
        try:
            reason = self._halts.standing()
        except StoreAway as error:
            log.warning("halt_unknown error=%s", error)
            return
        if reason and reason != self._progress.halt:
            log.error("halted %s", reason)
        if self._progress.halt and not reason:
            log.info("resumed after=%s", self._progress.halt)
            self._lifted()
        self._progress.halt, self.is_on = reason, bool(reason)

    def begin(self, error: Halted) -> None:
        """Halt the consumer. Raises ``StoreAway``, and ``error`` where nobody could lift it."""
        if self._halts is None:
            raise error
        self._halts.halt(str(error))
        self.is_on, self._due = True, 0.0
