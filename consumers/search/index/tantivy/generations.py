"""The indexes that lie side by side in one directory.

Enters: state files, each naming one index. Leaves: names for new ones, and the removal of those
that no state file names any more.
"""

import json
import shutil
import time
from pathlib import Path

from consumers.search.index.state import CURRENT, FILE, NEXT, PREVIOUS

_PREFIX = "index-"
# A consumer of another release that runs, and calls its index current, keeps it.
_KEPT_SECONDS = 3600
_OWN = (FILE, PREVIOUS, NEXT)


def new_name() -> str:
    """Name a new index after all others."""
    return f"{_PREFIX}{time.time_ns():x}"


def sweep(root: Path) -> None:
    """Remove the indexes that no state file names, of whatever format.

    Readers that still have one open keep its files until they let go.
    """
    named = {_named_by(file) for file in root.glob("*.json")}
    for directory in root.glob(f"{_PREFIX}*"):
        if directory.name not in named:
            shutil.rmtree(directory, ignore_errors=True)


def forget_other_formats(root: Path) -> None:
    """Let go of the indexes of other releases, once none of those has run for a while."""
    files = [*root.glob("*.json"), *root.glob("current*")]
    others = [file for file in files if file.name not in (*_OWN, CURRENT)]
    touched = max((file.stat().st_mtime for file in others), default=0.0)
    if time.time() - touched > _KEPT_SECONDS:
        for file in others:
            file.unlink(missing_ok=True)


def _named_by(file: Path) -> str:
    try:
        return str(json.loads(file.read_bytes())["directory"])
    except (OSError, ValueError, TypeError, KeyError):
        return ""
