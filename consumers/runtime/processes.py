"""Several processes of one consumer: begun together, begun again one by one, drained together.

Enters: how to begin the process of a number. Leaves: that many children until SIGTERM or SIGINT;
each is a member of the group, so that the broker shares the partitions out among them. A child
whose parent is gone drains too, as its standard input ends.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from consumers.runtime.config import RetryPolicy

log = logging.getLogger(__name__)

# How often the children are looked at.
_PAUSE = 0.2
# What a child has beyond its own deadline, in which it says where it hangs.
_GRACE = 5.0
# One that is ended before it listens to signals has begun nothing yet.
_WELL_ENDED = (0, -signal.SIGTERM)
# A child that lived so long was well: the next failure is a first one again.
_WELL = 60.0


@dataclass(slots=True)
class _Child:
    number: int
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    failures: int = 0
    due: float = 0.0


@dataclass(slots=True)
class Processes:
    """Children of this process, numbered from 0."""

    command: Callable[[int], Sequence[str]]
    count: int
    drain_seconds: float
    again: RetryPolicy = field(default_factory=lambda: RetryPolicy(first_delay=1.0))
    _stopping: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """Ask all to drain; safe from a signal handler or another thread."""
        self._stopping.set()

    def run(self) -> int:
        """Keep all running until ``stop``; then give 0, or the first code that is none."""
        children = [_Child(number) for number in range(self.count)]
        while not self._stopping.is_set():
            for child in children:
                self._tend(child)
            self._stopping.wait(_PAUSE)
        return self._drain([child.process for child in children if child.process])

    def stop_on_signals(self) -> None:
        """Let SIGTERM and SIGINT drain all."""

        def drain(number: int, _: FrameType | None) -> None:
            log.info("draining processes=%s signal=%s", self.count, number)
            self.stop()

        signal.signal(signal.SIGTERM, drain)
        signal.signal(signal.SIGINT, drain)

    def _tend(self, child: _Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            if (code := child.process.poll()) is None:
                return
            child.failures = 1 if now - child.began > _WELL else child.failures + 1
            child.due = now + self.again.delay(child.failures)
            _closed(child.process)
            child.process = None
            log.error("ended process=%s code=%s failures=%s", child.number, code, child.failures)
        if now >= child.due:
            child.process = subprocess.Popen(self.command(child.number), stdin=subprocess.PIPE)
            child.began = now
            log.info("begun process=%s pid=%s", child.number, child.process.pid)

    def _drain(self, processes: Sequence[subprocess.Popen[bytes]]) -> int:
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + self.drain_seconds + _GRACE
        for process in processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("killed pid=%s", process.pid)
                process.kill()
                process.wait()
            _closed(process)
        codes = [process.returncode for process in processes]
        return next((code for code in codes if code not in _WELL_ENDED), 0)


def drain_without_parent() -> None:
    """Let this process, a child of `Processes`, drain when its parent is gone."""
    descriptor = sys.stdin.fileno()

    def watch() -> None:
        # By its number: whoever holds the file object itself when the process ends makes it abort.
        while os.read(descriptor, 4096):
            pass
        log.warning("draining reason=orphaned")
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _closed(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
