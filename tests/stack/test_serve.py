"""The pages' server: answers in one write, and no worker outlives its parent."""

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import psutil
import pytest

from stack.environment import ROOT
from stack.ports import HOST
from stack.readiness import answers, wait
from tests.ports import free_port

pytestmark = pytest.mark.stack

_PAGE = """
import os
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
"""


@pytest.fixture
def port() -> int:
    """Give a port that nobody uses."""
    return free_port()


@pytest.fixture
def server(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[psutil.Popen]:
    """Serve one small page."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "small_site.py").write_text(_PAGE)
    process = psutil.Popen(
        [sys.executable, "-m", "stack.serve", f"{HOST}:{port}", "small_site"],
        env={"PYTHONPATH": f"{folder}:{ROOT}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert wait(lambda: answers(port, "/"), timeout_s=20)
    yield process
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()
    process.wait()


def test_a_worker_does_not_outlive_its_parent(server: psutil.Popen, port: int) -> None:
    workers = server.children(recursive=True)
    assert workers

    server.kill()
    server.wait()

    assert psutil.wait_procs(workers, timeout=10)[1] == []
    assert not answers(port, "/")


def test_asked_to_stop_it_ends_with_its_workers(server: psutil.Popen) -> None:
    workers = server.children(recursive=True)

    server.terminate()

    assert server.wait(timeout=20) == 0
    assert psutil.wait_procs(workers, timeout=10)[1] == []


def test_renewed_it_refuses_nobody_while_a_second_worker_takes_over(
    server: psutil.Popen, port: int
) -> None:
    first = _answering(port)

    server.send_signal(signal.SIGHUP)

    while psutil.pid_exists(first):
        # Raises at the first request that is refused.
        _answering(port)
    assert _answering(port) != first
    assert server.poll() is None


def _answering(port: int) -> int:
    """Return the id of the worker that answers.

    A worker that ends hangs up on who has come and was not read yet: they come again, as the
    gateway does for them.
    """
    try:
        return _asked(port)
    except ConnectionResetError:
        return _asked(port)


def _asked(port: int) -> int:
    with closing(HTTPConnection(HOST, port, timeout=30)) as connection:
        connection.request("GET", "/")
        return int(connection.getresponse().read())
