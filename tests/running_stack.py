"""A stack of the tests' own, driven by the same commands that a person types."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stack.environment import ROOT
from stack.readiness import wait


class CommandFailed(AssertionError):
    """A command that should have worked ended with an error; the text holds what it said."""


@dataclass(frozen=True)
class Stack:
    """The stack that keeps its data in ``home``."""

    home: Path

    def up(self, *words: str) -> None:
        """Start it, or the part that ``words`` name, and return when it is ready."""
        self.manage("stack", "up", "--detach", *words)

    def down(self) -> None:
        """Stop it."""
        self.manage("stack", "down")

    def manage(self, *words: str) -> str:
        """Run `manage.py` and return what it prints; raises ``CommandFailed``."""
        done = self.try_manage(*words)
        if done.returncode != 0:
            raise CommandFailed(f"manage.py {' '.join(words)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def try_manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` and return its outcome, whatever it is."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=_clean_environment() | {"BANYAN_HOME": str(self.home), "PORTS": "auto"},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )

    def wait_until(self, is_true: Callable[[], bool], timeout_s: float = 30) -> None:
        """Return when the condition holds; fails when it does not in time."""
        assert wait(is_true, timeout_s), f"Waited {timeout_s} s in vain."

    def status(self) -> dict[str, Any]:
        """Return `stack status --json`."""
        answer: dict[str, Any] = json.loads(self.try_manage("stack", "status", "--json").stdout)
        return answer

    def environment(self) -> dict[str, str]:
        """Return the addresses and secrets of this run."""
        lines = (self.home / "stack.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def url(self, service: str, path: str = "/") -> str:
        """Return an address of one of the services."""
        ports = json.loads((self.home / "ports.json").read_text())
        return f"http://127.0.0.1:{ports[service]}{path}"


def _clean_environment() -> dict[str, str]:
    # The test run's own settings must not reach the stack's processes.
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME", "CI")
    return {name: os.environ[name] for name in kept if name in os.environ}
