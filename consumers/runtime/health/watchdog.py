"""Says where every thread is when the loop itself does not turn, of which the loop cannot tell.

Enters: the time of the loop's last turn. Leaves: every thread's stack in the log, once each time
that it hangs, say in a lock of the database or in the client. What ends such a process is its
/healthz; a handler that takes long is the loop's own to tell.
"""

import faulthandler
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from consumers.runtime.health.progress import Progress

log = logging.getLogger(__name__)


def dump() -> None:
    """Write every thread's stack to the standard error."""
    faulthandler.dump_traceback(all_threads=True)


@dataclass(slots=True)
class Watchdog:
    """Looks at ``progress`` from a thread of its own."""

    progress: Progress
    # How long a loop may not turn.
    patience: float
    dump: Callable[[], None] = dump
    was_told: bool = False

    def start(self, every: float = 1.0) -> threading.Event:
        """Look for as long as the event it gives is not set."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(every):
                self.look()

        threading.Thread(target=look, name="watchdog", daemon=True).start()
        return over

    def look(self) -> None:
        """Look once."""
        hangs = not self.progress.is_stuck and not self.progress.is_turning(self.patience)
        if hangs and not self.was_told:
            log.error("hanging seconds=%.0f; every thread's stack follows", self.patience)
            self.dump()
        self.was_told = hangs
