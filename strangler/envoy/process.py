"""The Envoy process: started, followed by its successor without a gap, drained, ended.

On the line: whoever holds this holds the door. A successor takes the listening socket over
from its parent, so no connection is refused; the parent answers what it has begun, and ends.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from .clusters import Address
from .files import BOOTSTRAP_FILE
from .gateway import Gateway, binary

_PAUSE = 0.02
_BASE_ID = "base-id"


class NotStarted(OSError):
    """Envoy did not become ready; the message is one line."""


def bound() -> tuple[str, ...]:
    """Return the command by which an Envoy ends with whoever started it, killed or not."""
    # Else one that is left behind holds the door.
    return ("setpriv", "--pdeathsig", "KILL", "--") if shutil.which("setpriv") else ()


class Process:
    """One Envoy at a time, but while one follows another."""

    def __init__(
        self,
        folder: Path,
        admin: Address,
        *,
        drain: int = 5,
        words: Sequence[str] = (),
        by: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.gateway = Gateway(admin)
        self.drain = drain
        self.words = words
        # The command by which it is started, if not directly.
        self.by = by
        self.log: IO[bytes] | None = None
        self._epoch = 0
        self._running: subprocess.Popen[bytes] | None = None
        self._leaving: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the first of a line, and return when it serves; raises ``NotStarted``."""
        self._epoch = 0
        self._run("--use-dynamic-base-id", "--base-id-path", str(self.folder / _BASE_ID))

    def follow(self) -> None:
        """Start a successor, and return when it serves.

        Raises ``NotStarted`` or another ``OSError``; then the one before it serves on.
        """
        before, self._epoch = self._running, self._epoch + 1
        try:
            self._run("--base-id", (self.folder / _BASE_ID).read_text().strip())
        except OSError:
            self._running, self._epoch = before, self._epoch - 1
            raise
        if before is not None:
            self._leaving.append(before)

    @property
    def pid(self) -> int | None:
        """Return the id of the one that serves."""
        return self._running.pid if self._running else None

    def ended(self) -> int | None:
        """Return the exit code if the one that serves is gone; bury those that left."""
        self._leaving = [each for each in self._leaving if each.poll() is None]
        return self._running.poll() if self._running else None

    def stop(self) -> None:
        """Answer what has begun, at most for the drain's time, and end."""
        if self._running is None:
            return
        if self._running.poll() is None:
            self.gateway.ask("drain_listeners?graceful&skip_exit", "POST")
            self._wait_until_idle(time.monotonic() + self.drain)
        for each in [self._running, *self._leaving]:
            each.terminate()
        for each in [self._running, *self._leaving]:
            each.wait()
        self._running, self._leaving = None, []

    def _run(self, *line: str) -> None:
        envoy = binary()
        if envoy is None:
            raise NotStarted("there is no envoy to start: install the requirements")
        self._running = subprocess.Popen(
            [
                *(*self.by, envoy, "-c", str(self.folder / BOOTSTRAP_FILE), "-l", "warning"),
                *("--restart-epoch", str(self._epoch), *line),
                *("--drain-time-s", str(self.drain), "--drain-strategy", "immediate"),
                *("--parent-shutdown-time-s", str(self.drain + 1)),
                *self.words,
            ],
            stdout=self.log,
            stderr=self.log,
        )
        while not self._serves():
            if self._running.poll() is not None:
                raise NotStarted(f"Envoy ended with {self._running.returncode}, see its log")
            time.sleep(_PAUSE)

    def _serves(self) -> bool:
        info = self._told("server_info")
        if info.get("state") != "LIVE":
            return False
        # The parent answers here until its successor has read the configuration.
        return bool(info["command_line_options"]["restart_epoch"] == self._epoch)

    def _wait_until_idle(self, end: float) -> None:
        while time.monotonic() < end and self._active() and self.ended() is None:
            time.sleep(_PAUSE)

    def _active(self) -> int:
        stats = self._told("stats?format=json&filter=^http.gateway.downstream_rq_active$")
        return sum(each.get("value", 0) for each in stats.get("stats", []))

    def _told(self, path: str) -> dict[str, Any]:
        return dict(json.loads(self.gateway.ask(path) or "{}"))
