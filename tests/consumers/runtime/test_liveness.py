"""Slow and stuck handlers on real Kafka: the group is kept as long as it can be, then left."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from consumers.runtime.assembly import assemble
from consumers.runtime.brokers.ends import ends_of
from consumers.runtime.loop.loop import Loop
from consumers.runtime.loop.worker import handler_thread
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.read_model import ReadModelStore
from stack.readiness import wait
from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import KafkaWorld, no_event, reading

pytestmark = pytest.mark.stack

# What a process says of what hangs in it.
_HANGING = {"handler": "stuck seconds", "loop": "hanging seconds", "long": "begun"}


class SharedLedger(Ledger):
    """What several processes write one after the other, each its own partitions."""

    def __init__(self, durable: list[bytes], offsets: dict[Partition, int]) -> None:
        super().__init__()
        self.durable, self.offsets = durable, offsets

    def resume_from(self) -> Mapping[Partition, int]:
        return self.offsets

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        self.durable += self._staged
        self._staged = []
        self.offsets |= offsets


class Member:
    """One member of the group, whose handler waits before the value ``slow``."""

    def __init__(
        self, world: KafkaWorld, ledger: SharedLedger, slow: bytes = b"", longest: float = 60
    ) -> None:
        self.began, self.go_on, self.taken = Event(), Event(), list[int]()
        self._slow, self._ledger, self._longest = slow, ledger, longest
        config = replace(world.config, keep_alive_seconds=0.1, stuck_seconds=90)
        self.broker, self.worker = world.client(), handler_thread()
        self.loop: Loop = assemble(
            config,
            reading(world.name, self._handle),
            read_model=ledger,
            broker=self.broker,
            store=ReadModelStore(ledger, config),
            lot=MemoryLot(),
            read_event=no_event,
            worker=self.worker,
        )

    def _handle(self, record: Record) -> None:
        if record.value == self._slow and not self.go_on.is_set():
            self.began.set()
            self.go_on.wait(self._longest)
        self._ledger.handle(record)

    @property
    def partitions(self) -> list[int]:
        return sorted(each.number for each in self.loop.progress.partitions)

    @contextmanager
    def running(self) -> Iterator["Member"]:
        thread = Thread(target=self.loop.run)
        thread.start()
        try:
            yield self
        finally:
            self.go_on.set()
            self.loop.stop()
            thread.join(30)
            self.worker.shutdown()
        assert not thread.is_alive()


@pytest.fixture
def world(kafka_bootstrap: str) -> KafkaWorld:
    """Give a topic with ten records, read by clients that may not be silent for long."""
    world = KafkaWorld(kafka_bootstrap)
    world.config = replace(world.config, options={"max.poll.interval.ms": 2000})
    for number in range(10):
        world.append(number % 2, b"%d" % number)
    return world


@pytest.fixture
def ledger() -> SharedLedger:
    return SharedLedger([], {})


def test_a_handler_slower_than_the_group_allows_keeps_its_partitions(
    world: KafkaWorld, ledger: SharedLedger, caplog: pytest.LogCaptureFixture
) -> None:
    # Longer than the client may be without a poll.
    with Member(world, ledger, slow=b"4", longest=5).running():
        assert wait(lambda: len(ledger.durable) == 10, 30)
    assert sorted(ledger.durable) == [b"%d" % number for number in range(10)]
    # Both partitions came at once or one after the other, and never again.
    assert caplog.text.count("assigned partitions") <= 2
    assert "max.poll.interval" not in caplog.text
    assert ends_of(world.config) == {Partition(world.name, number): 5 for number in (0, 1)}


def test_a_partition_that_is_revoked_while_its_handler_runs_goes_over_in_order(
    world: KafkaWorld, ledger: SharedLedger, caplog: pytest.LogCaptureFixture
) -> None:
    with Member(world, ledger, slow=b"4").running() as first:
        assert first.began.wait(30)
        assert wait(lambda: first.partitions == [0, 1], 30)
        second = Member(world, SharedLedger(ledger.durable, ledger.offsets))
        with second.running():
            # The first lets nothing go before it is done with what it was at.
            assert wait(lambda: "revoked partitions" in caplog.text, 30)
            assert not wait(lambda: len(first.partitions) < 2, 1)
            first.go_on.set()
            assert wait(lambda: bool(first.partitions) and bool(second.partitions), 30)
            for number in range(10, 20):
                world.append(number % 2, b"%d" % number)
            assert wait(lambda: len(ledger.durable) == 20, 30)
            assert sorted(first.partitions + second.partitions) == [0, 1]
    for parity in (0, 1):
        mine = [int(value) for value in ledger.durable if int(value) % 2 == parity]
        assert mine == list(range(parity, 20, 2))


@contextmanager
def stuck(
    world: KafkaWorld, folder: Path, hangs: str = "handler"
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a process that never comes back, until it says so; give its port too."""
    words = _HANGING[hangs]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.consumers.runtime.stuck",
        "KAFKA_BOOTSTRAP": world.config.bootstrap,
        "TRIED_TOPIC": world.name,
        "TRIED_PORT": str(port),
        "TRIED_HANGS": hangs,
        "TRIED_DATABASE": str(folder / "parked.sqlite3"),
    }
    command = [sys.executable, "-m", "django", "run"]
    with (folder / "told").open("w") as told:
        process = subprocess.Popen(command, env=environment, stdout=told, stderr=told)
        try:
            assert wait(lambda: words in (folder / "told").read_text(), 60)
            yield process, port
        finally:
            process.kill()
            process.wait()


def test_a_stuck_handler_is_told_by_the_probe_and_ended_by_the_deadline(
    world: KafkaWorld, tmp_path: Path
) -> None:
    with stuck(world, tmp_path) as (process, port):
        for path in ("/healthz", "/readyz"):
            assert httpx.get(f"http://127.0.0.1:{port}{path}", timeout=30).status_code == 503
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 75
    text = (tmp_path / "told").read_text()
    assert text.count("stuck seconds") == 1
    before, _, after = text.partition("undrained seconds")
    for dump in (before, after):
        assert dump.count("in never_come_back") == 1


def test_a_process_with_a_stuck_handler_ends_when_another_wants_its_partition(
    world: KafkaWorld, ledger: SharedLedger, tmp_path: Path
) -> None:
    with stuck(world, tmp_path) as (process, _), Member(world, ledger).running():
        assert process.wait(30) == 75
        assert wait(lambda: len(ledger.durable) == 10, 60)
    assert "wanted by another" in (tmp_path / "told").read_text()


def test_a_loop_that_hangs_is_told_by_the_watchdog(world: KafkaWorld, tmp_path: Path) -> None:
    with stuck(world, tmp_path, "loop"):
        assert wait(lambda: "in resume_from" in (tmp_path / "told").read_text(), 30)


def test_what_is_handled_when_the_end_comes_is_done_and_settled_first(
    world: KafkaWorld, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    with stuck(world, tmp_path, "long") as (process, _):
        process.send_signal(signal.SIGTERM)
        assert wait(lambda: "draining consumer" in told.read_text(), 30)
        assert process.poll() is None
        assert "handled" not in told.read_text()
        (tmp_path / "go_on").touch()
        assert process.wait(30) == 0
    handled = told.read_text().count("handled\n")
    # All that was read with it, and nothing else: the next process begins behind it.
    assert sum(world.committed().values()) == handled > 0
    # It has also read what the topic of accounts holds, on whichever line it runs.
    assert "drained consumer=tried applied=" in told.read_text()
