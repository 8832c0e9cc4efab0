"""`consumers run` of a new release on Kafka: it builds what older handlers made, or waits."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from stack.readiness import wait
from tests.consumers.runtime.counted.running import Counted
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_PATIENCE = 120


@pytest.fixture
def counted(stack: Stack, tmp_path: Path) -> Iterator[Counted]:
    made = Counted(stack, tmp_path / "log", processes=2, partitions=3)
    yield made
    made.remove()


@contextmanager
def released(counted: Counted, version: int) -> Iterator["subprocess.Popen[bytes]"]:
    counted.version = version
    parent = counted.start()
    try:
        yield parent
    finally:
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(60) == 0, counted.log.read_text()


def test_a_release_rebuilds_beside_the_live_tables_and_waits_when_that_is_refused(
    counted: Counted,
) -> None:
    with released(counted, 1):
        counted.tell(6)
        assert wait(lambda: counted.is_done(counted.told), _PATIENCE)
    with released(counted, 2):
        counted.tell(6)
        assert wait(lambda: counted.is_done(counted.told) and counted.versions() == {2}, _PATIENCE)
    assert counted.wrong(counted.told) == []

    by_hand = psycopg.connect(counted.database, autocommit=True)
    by_hand.execute("INSERT INTO counted_count (told, version) VALUES ('by hand', 2)")
    by_hand.close()
    with released(counted, 3):
        assert wait(lambda: "be missing" in counted.unready(0) + counted.unready(1), _PATIENCE)
        counted.tell(6)
        assert counted.versions() == {2}
        counted.run("rebuild", "--accept-losses")
        assert wait(lambda: counted.is_done(counted.told) and counted.versions() == {3}, _PATIENCE)
        assert wait(lambda: {counted.unready(0), counted.unready(1)} == {"ok"}, _PATIENCE)
    assert counted.wrong(counted.told) == []
    assert counted.log.read_text().count("rebuilt consumer=counted") == 1
