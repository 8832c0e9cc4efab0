"""An OpenSearch server of the tests' own, started once for all that need one."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from stack import opensearch
from stack.readiness import answers, wait
from tests.ports import free_port

_NEEDED_BYTES = 2 * 1024**3
_START_SECONDS = 180


def skip_without_memory() -> None:
    """Skip the test where the server would have no room."""
    if psutil.virtual_memory().available < _NEEDED_BYTES:
        pytest.skip("OpenSearch wants 2 GB of free memory")


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """Start a server that keeps its data in ``folder``; give its address."""
    skip_without_memory()
    opensearch.fetch(print)
    port = free_port()
    opensearch.files(folder, port, free_port())
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            opensearch.command(folder), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait(lambda: answers(port, "/") or process.poll() is not None, _START_SECONDS)
        assert answers(port, "/"), log.read_text()[-2000:]
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
