"""`consumers run --processes 4` on Kafka: partitions are shared out, and move from the killed."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from stack.readiness import wait
from tests.consumers.runtime.counted.running import KEYS, Counted
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_PROCESSES, _PARTITIONS = 4, 3
# Sessions of the stack end after six seconds; a loaded machine needs longer than that for all.
_PATIENCE = 120


@pytest.fixture
def counted(stack: Stack, tmp_path: Path) -> Iterator[Counted]:
    made = Counted(stack, tmp_path / "log", _PROCESSES, _PARTITIONS)
    yield made
    made.remove()


def test_partitions_are_shared_out_and_move_from_a_killed_process_with_nothing_lost_or_doubled(
    counted: Counted,
) -> None:
    counted.tell(10)
    parent = counted.start()
    try:
        assert wait(lambda: sorted(counted.assigned()) == [0, 1, 1, 1], _PATIENCE)
        assert wait(lambda: counted.is_done(counted.told), _PATIENCE)
        # Begun in the order of their numbers.
        children = sorted(psutil.Process(parent.pid).children(), key=lambda each: each.pid)
        busy = counted.assigned().index(1)
        counted.tell(10)
        children[busy].kill()
        counted.tell(10)
        assert wait(lambda: counted.is_done(counted.told), _PATIENCE)
        assert wait(lambda: sorted(counted.assigned()) == [0, 1, 1, 1], _PATIENCE)
        children = psutil.Process(parent.pid).children()
        assert len(children) == _PROCESSES
    finally:
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(60) == 0, counted.log.read_text()
    assert not any(child.is_running() for child in children)

    assert counted.wrong(counted.told) == []
    assert len(counted.done()) == counted.told * KEYS
    said = counted.log.read_text()
    assert "4 processes for 3 partitions: 1 will have nothing to do" in said


def test_a_process_that_is_paused_amid_a_unit_until_another_took_over_writes_nothing_more(
    counted: Counted,
) -> None:
    counted.tell(10)
    parent = counted.start()
    paused: list[psutil.Process] = []

    def is_paused() -> bool:
        children = psutil.Process(parent.pid).children()
        paused[:] = [each for each in children if each.status() == psutil.STATUS_STOPPED]
        return bool(paused)

    try:
        assert wait(lambda: sorted(counted.assigned()) == [0, 1, 1, 1], _PATIENCE)
        assert wait(lambda: counted.is_done(counted.told), _PATIENCE)
        counted.pause_file.touch()
        counted.tell(10)
        assert wait(is_paused, _PATIENCE)
        # Its session ends, then its transaction, and another does what it had begun.
        assert wait(lambda: counted.is_done(counted.told), _PATIENCE)
        assert is_paused()
        assert counted.wrong(counted.told) == []
        paused[0].resume()
        counted.tell(10)
        assert wait(lambda: counted.is_done(counted.told), _PATIENCE)
        assert wait(lambda: sorted(counted.assigned()) == [0, 1, 1, 1], _PATIENCE)
    finally:
        for process in paused:
            with suppress(psutil.NoSuchProcess):
                process.resume()
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(60) == 0, counted.log.read_text()
    assert counted.wrong(counted.told) == []
