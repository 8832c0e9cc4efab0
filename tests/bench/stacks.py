"""The stack that is measured: the one that runs here, or one for the measurement.

Enters: nothing, or settings. Leaves: a ready stack; one of our own ends with its data.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stack import environment
from tests.running_stack import Stack


@contextmanager
def ready_stack() -> Iterator[Stack]:
    """Give the running stack, or start one."""
    running = Stack(environment.home())
    if environment.path().exists() and running.status()["ready"]:
        yield running
        return
    print("No stack is ready here; starting one for the measurement.", file=sys.stderr)
    with own_stack({}) as own:
        yield own


@contextmanager
def own_stack(settings: Mapping[str, str], *words: str) -> Iterator[Stack]:
    """Start a stack, or the part that ``words`` name, on free ports, and end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        own = Stack(Path(folder), settings)
        try:
            own.up(*words)
            yield own
        finally:
            own.down()
