"""What a process of the search's pages holds in memory, once it has answered every question.

Enters: an index. Leaves: megabytes, those of the process above its worker included.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx
import psutil

from stack.environment import ROOT
from stack.readiness import wait
from tests.bench.searching.clients import latencies
from tests.bench.searching.questions import Question
from tests.ports import free_port
from tests.running_stack import Stack

_MODULE = "consumers.search.wsgi"
_DAY_S = 86_400


def rss_mb(stack: Stack, index: Path, questions: list[Question]) -> float:
    """Serve ``index``, ask, and weigh."""
    with _served(stack, index) as (url, process):
        latencies(url, [f"/search?{urlencode(asked)}" for asked in questions])
        family = [process, *process.children(recursive=True)]
        return round(sum(each.memory_info().rss for each in family) / 1e6, 1)


@contextmanager
def _served(stack: Stack, index: Path) -> Iterator[tuple[str, psutil.Process]]:
    address = f"127.0.0.1:{free_port()}"
    # No consumer calls this index current.
    own = {"SEARCH_INDEX_DIR": str(index), "SEARCH_STALE_SECONDS": str(_DAY_S)}
    process = subprocess.Popen(
        [sys.executable, "-m", "stack.serve", address, _MODULE],
        cwd=ROOT,
        env={**stack.environment(), **own},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if not wait(lambda: _is_ready(f"http://{address}"), 30):
            raise OSError(f"{_MODULE} does not serve the index in {index}")
        yield f"http://{address}", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").is_success
    except httpx.TransportError:
        return False
