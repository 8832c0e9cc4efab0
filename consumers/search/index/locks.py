"""The locks of those who write an index: one consumer, one rebuild, and no commit amid a swap.

They lie in the folder that consumer and rebuild share. They are the system's: they end with their
process.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from consumers.runtime.errors import RetryLater, StopConsumer


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
    try:
        return (root / "swap.lock").open("a+")
    except FileNotFoundError:
        raise StopConsumer(f"the index's folder {root} was taken away") from None
