"""Several processes of one consumer, as real children that only wait."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from consumers.runtime.config import ConsumerConfig, RetryPolicy
from consumers.runtime.processes import Processes
from stack.readiness import wait

# Says who it is, then waits for SIGTERM, which ends it well, unless it is a stubborn one; a young
# one does not listen yet.
_CHILD = """
import os, pathlib, signal, sys
folder, number, kind = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
if kind != "young":
    signal.signal(signal.SIGTERM, lambda *_: None if kind == "stubborn" else sys.exit(0))
(folder / f"{number}-{os.getpid()}").touch()
while True:
    signal.pause()
"""
_ORPHAN = """
import sys, time
from consumers.runtime.processes import drain_without_parent
drain_without_parent()
print("begun", flush=True)
time.sleep(float(sys.argv[1]))
"""


@contextmanager
def running(folder: Path, count: int, kind: str = "good") -> Iterator[Processes]:
    def command(number: int) -> list[str]:
        return [sys.executable, "-c", _CHILD, str(folder), str(number), kind]

    processes = Processes(command, count, drain_seconds=-4.5, again=RetryPolicy(first_delay=0))
    codes: list[int] = []
    thread = Thread(target=lambda: codes.append(processes.run()))
    thread.start()
    try:
        yield processes
    finally:
        processes.stop()
        thread.join(30)
    (folder / f"ended-{codes[0]}").touch()


def until(is_true: Callable[[], bool]) -> None:
    assert wait(is_true, 20)


def born(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_child_that_dies_is_begun_again_and_all_end_together(tmp_path: Path) -> None:
    with running(tmp_path, 2):
        until(lambda: len(born(tmp_path)) == 2)
        first, second = (int(name.partition("-")[2]) for name in born(tmp_path))
        os.kill(first, signal.SIGKILL)
        until(lambda: len(born(tmp_path)) == 3)
        assert [name[0] for name in born(tmp_path)] == ["0", "0", "1"]
    assert "ended-0" in born(tmp_path)
    for pid in (first, second):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_one_that_does_not_drain_is_ended_after_the_deadline(tmp_path: Path) -> None:
    with running(tmp_path, 1, "stubborn"):
        until(lambda: len(born(tmp_path)) == 1)
    assert "ended--9" in born(tmp_path)


def test_one_that_is_ended_before_it_listens_ends_well(tmp_path: Path) -> None:
    with running(tmp_path, 1, "young"):
        until(lambda: len(born(tmp_path)) == 1)
    assert "ended-0" in born(tmp_path)


@contextmanager
def child_that_lives(seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", _ORPHAN, str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        yield child


def test_a_child_ends_with_its_parent() -> None:
    with child_that_lives(60) as child:
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(20) == -signal.SIGTERM


def test_a_child_that_ends_before_its_parent_ends_well() -> None:
    with child_that_lives(0) as child:
        assert child.wait(20) == 0


@pytest.mark.parametrize(
    ("count", "said"),
    [("4", "the read model of search has one writer: run one process"), ("0", "from 1 to 64")],
)
def test_a_number_of_processes_that_cannot_be_is_refused(
    count: str, said: str, settings: Settings
) -> None:
    settings.CONSUMER = "consumers.search.handlers.search"
    settings.CONSUMER_CONFIG = ConsumerConfig("search", "search", "")
    settings.CONSUMER_READ_MODEL = "consumers.search.projection.opened"
    with pytest.raises(CommandError, match=said):
        call_command("run", "--processes", count)
