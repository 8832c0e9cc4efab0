"""A gateway with nothing else beside it: no database, no agent, no change to the site.

On the line: a configuration -> files in place -> an Envoy that is kept alive. SIGHUP reads
the routes and settings anew and follows without a gap; SIGTERM drains. The kill switch works.
"""

import logging
import signal
from collections.abc import Callable
from threading import Event
from types import FrameType

from strangler.routes import RoutesError
from strangler.snapshot import Snapshot

from .configuration import Configuration
from .gateway import RefusedConfiguration
from .process import NotStarted, Process
from .publisher import Publisher, render

log = logging.getLogger(__name__)

INTERVAL = 0.25
_DELAY = 1.0


class Keeper:
    """Keeps one gateway as its configuration says; each route stands where its file starts it."""

    def __init__(self, config: Configuration, process: Process) -> None:
        self.config = config
        self.process = process
        self.publisher: Publisher = render(config, Snapshot())
        self.stopped = Event()
        self._asked_anew = Event()

    def run(self, tell: Callable[[], object] = lambda: None) -> None:
        """Serve until ``stop``; ``tell`` is called when the door is open. Raises ``NotStarted``."""
        self.process.start()
        tell()
        try:
            self.tend()
        finally:
            self.process.stop()

    def tend(self) -> None:
        """Heed the switch and signals, and start anew what ended, until ``stop``."""
        while not self.stopped.wait(INTERVAL):
            self.publisher.heed()
            if self._asked_anew.is_set():
                self._asked_anew.clear()
                self.renew()
            self._revive()

    def obey_signals(self) -> None:
        """SIGTERM and SIGINT end, SIGHUP renews."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        signal.signal(signal.SIGHUP, self._renew_soon)

    def stop(self) -> None:
        """End ``run`` after what has begun is answered."""
        self.stopped.set()

    def renew(self) -> None:
        """Read everything anew; what is bad is said, and the gateway goes on as before."""
        try:
            self.publisher = render(self.config, Snapshot())
            self.process.follow()
            log.info("a successor serves")
        except (RoutesError, RefusedConfiguration, OSError) as error:
            log.error("goes on as before: %s", error)

    def _renew_soon(self, number: int, frame: FrameType | None) -> None:
        self._asked_anew.set()

    def _revive(self) -> None:
        code = self.process.ended()
        if code is not None:
            log.error("Envoy ended with %s; starting it again", code)
            try:
                self.process.start()
            except NotStarted as error:
                log.error("%s", error)
                self.stopped.wait(_DELAY)
