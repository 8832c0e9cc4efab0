"""Find a browser on the machine, or bring one in.

Enters: nothing. Leaves: the path of a Chromium or Chrome. First what is installed, then
Playwright's own download, then the system's package manager where we may use it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FETCH_S = 240


def find() -> Path | None:
    """Return a browser's path, or None when none could be had."""
    return _installed() or _downloaded() or _from_packages()


def _installed() -> Path | None:
    return next((Path(path) for name in _NAMES if (path := shutil.which(name))), None)


def _downloaded() -> Path | None:
    if not _run(sys.executable, "-m", "playwright", "install", "chromium", timeout_s=90):
        return None
    return next(_playwrights_own(), None)


def _playwrights_own() -> Iterator[Path]:
    cache = Path.home() / ".cache" / "ms-playwright"
    yield from sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)


def _from_packages() -> Path | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")
    return _installed()


def _run(*command: str, timeout_s: float = _FETCH_S) -> bool:
    try:
        done = subprocess.run(
            command,
            timeout=timeout_s,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
