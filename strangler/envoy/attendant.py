"""`python -m strangler.envoy.attendant FOLDER ADMIN WORD…`: keeps the Envoy of a folder alive.

On the line: whoever else renders the files -> this -> Envoy, started with these words. SIGHUP: a
successor reads all of them anew and follows without a gap. SIGTERM: what has begun is answered.
"""

import logging
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import FrameType

from .clusters import address
from .process import NotStarted, Process, bound

log = logging.getLogger(__name__)

INTERVAL = 0.25
_DELAY = 1.0


class Attendant:
    """Keeps one gateway; ``prepare`` is called before a successor is started, ``heed`` often.

    What ``prepare`` raises as ``OSError`` or ``ValueError`` is said, and the gateway goes on.
    """

    def __init__(
        self,
        process: Process,
        prepare: Callable[[], object] = lambda: None,
        heed: Callable[[], object] = lambda: None,
    ) -> None:
        self.process = process
        self.stopped = Event()
        self._prepare = prepare
        self._heed = heed
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
        """Heed switches and signals, and start anew what ended, until ``stop``."""
        while not self.stopped.wait(INTERVAL):
            self._heed()
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
            self._prepare()
            self.process.follow()
            log.info("a successor serves")
        except (OSError, ValueError) as error:
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


def main(folder: str, admin: str, *words: str) -> None:
    """Attend until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    attendant = Attendant(Process(Path(folder), address(admin), words=words, by=bound()))
    attendant.obey_signals()
    attendant.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
