"""The running Envoy, asked: is this configuration good, and has it been taken?

On the line: between a placed file and a user who feels it. Enters: a configuration or a
version. Leaves: a plain answer; nothing here changes the gateway.
"""

import json
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import closing
from enum import StrEnum
from http.client import HTTPException
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory

from .answers import BEHIND, Answers, answers
from .clusters import Address
from .render import MONOLITH, TABLE
from .resources import Resource
from .waits import METRIC, slower_ms

_RDS = f"http.gateway.rds.{TABLE}"
_PAUSE = 0.002


class RefusedConfiguration(ValueError):
    """Envoy will not have the configuration; the message is its reason, on one line."""


class Answer(StrEnum):
    """What became of a table that was put in place."""

    LIVE = "live"
    REFUSED = "refused"
    AWAY = "away"


class Gateway:
    """An Envoy, known by its admin address."""

    def __init__(self, admin: Address) -> None:
        self.admin = admin

    def refusals(self) -> int | None:
        """Return how many tables it has refused since its start; ``None`` when it is away."""
        stats = self._stats()
        return None if stats is None else int(stats.get("update_rejected", 0))

    def took(self, version: str, refusals: int, patience: float = 1.0) -> Answer:
        """Wait until it has taken a table, has refused one more than before, or is away."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            stats = self._stats()
            if stats is None:
                return Answer.AWAY
            if stats.get("version_text") == version:
                return Answer.LIVE
            if int(stats.get("update_rejected", 0)) > refusals:
                return Answer.REFUSED
            time.sleep(_PAUSE)
        return Answer.AWAY

    def metrics(self) -> str | None:
        """Return who has answered, in Prometheus' words; ``None`` when it is away."""
        wanted = f"^(banyan|cluster\\..*-or-{MONOLITH}\\.{BEHIND}$)"
        return self.ask(f"stats/prometheus?filter={urllib.parse.quote(wanted)}")

    def answers(self, route: str) -> Answers | None:
        """Return who has answered what a route's service was asked; ``None`` when it is away."""
        metrics = self.metrics()
        return None if metrics is None else answers(metrics, MONOLITH).get(route, Answers())

    def ask(self, path: str, method: str = "GET") -> str | None:
        """Return what its admin says; ``None`` when it is away, or dies while it speaks."""
        request = urllib.request.Request(f"http://{self.admin}/{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=1) as response:
                text: str = response.read().decode()
                return text
        except (OSError, HTTPException):
            return None

    def slower_ms(self, route: str, service: str) -> float | None:
        """Return how much longer a route's service is waited for than the monolith, if known."""
        wanted = f"stats?filter=^{re.escape(METRIC)}&format=json&histogram_buckets=detailed"
        found = self.ask(wanted)
        return None if found is None else slower_ms(found, route, service)

    def _stats(self) -> dict[str, str] | None:
        text = self.ask(f"stats?filter=^{_RDS}\\.(version_text|update_rejected)$")
        if text is None:
            return None
        pairs = (line.partition(": ") for line in text.splitlines())
        return {name.removeprefix(f"{_RDS}."): value.strip('"') for name, _, value in pairs}


def free_address() -> Address:
    """Return an address on this machine that nobody uses at the moment."""
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return Address("127.0.0.1", int(probe.getsockname()[1]))


def binary() -> str | None:
    """Return Envoy's path: beside this Python, or wherever the shell finds it."""
    beside = Path(sys.executable).with_name("envoy")
    return str(beside) if beside.exists() else shutil.which("envoy")


def validate(config: Resource) -> None:
    """Let Envoy judge a whole configuration; raises ``RefusedConfiguration``.

    About 60 ms: done for each bootstrap and each shape, not for each move of a route. There
    the running Envoy refuses a bad table too, and keeps the old one.
    """
    envoy = binary()
    if envoy is None:
        raise RefusedConfiguration("there is no envoy to judge it: install the requirements")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "candidate.json"
        file.write_text(json.dumps(config))
        judged = subprocess.run(
            [envoy, "--mode", "validate", "-c", str(file), "-l", "error"],
            capture_output=True,
            text=True,
            check=False,
        )
    if judged.returncode != 0:
        lines = (judged.stderr or judged.stdout).strip().splitlines() or ["no reason given"]
        reason = lines[-1].rpartition(f"{file.name}': ")[2]
        raise RefusedConfiguration(f"Envoy refuses the configuration: {reason}")
