"""The indexes that lie side by side in one directory, and the locks of those who write there.

Enters: state files, each naming one index. Leaves: names for new ones, and the removal of those
that no state file names any more. Locks are the system's: they end with their process.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from consumers.runtime.errors import RetryLater, StopConsumer
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


def locked(path: Path, refusal: type[StopConsumer], doing: str) -> IO[str]:
    """Take the lock for as long as the file is open. Raises ``refusal`` naming who has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise refusal(f"process {owner} already {doing} in {path.parent}") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


@contextmanager
def no_commits(root: Path) -> Iterator[None]:
    """Keep the consumer from committing; waits for the one it is in."""
    with _swap_lock(root) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def no_swap(root: Path) -> Iterator[None]:
    """Keep the index from being swapped. Raises ``RetryLater`` while it is."""
    with _swap_lock(root) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RetryLater(f"the index in {root} is being swapped") from None
        yield


def _swap_lock(root: Path) -> IO[str]:
    return (root / "swap.lock").open("a+")


def _named_by(file: Path) -> str:
    try:
        return str(json.loads(file.read_bytes())["directory"])
    except (OSError, ValueError, TypeError, KeyError):
        return ""
