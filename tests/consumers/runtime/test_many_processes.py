"""`consumers run --processes 4` on Kafka: partitions are shared out, and move from the killed."""

import json
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import psycopg
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from stack.environment import ROOT
from stack.readiness import wait
from tests.ports import neighbouring_ports
from tests.running_stack import Stack, clean_environment

pytestmark = pytest.mark.stack

_PROCESSES, _PARTITIONS, _KEYS = 4, 3, 12
# A member that was killed keeps its partitions until its session ends, after 45 s.
_PATIENCE = 120


class Counted:
    """A topic, a database, and the command that reads the one into the other."""

    def __init__(self, stack: Stack, log: Path) -> None:
        self.kafka = stack.environment()["KAFKA_BOOTSTRAP"]
        self.topic = f"counted-{uuid.uuid4().hex[:8]}"
        admin = AdminClient({"bootstrap.servers": self.kafka})
        topics = [NewTopic(name, parts, 1) for name, parts in self.topics().items()]
        for made in admin.create_topics(topics).values():
            made.result(30)
        name = self.topic.replace("-", "_")
        with psycopg.connect(stack.superuser(), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        self.database = stack.superuser().rpartition("/")[0] + f"/{name}"
        self.port = neighbouring_ports(_PROCESSES)
        self.log = log
        self.told = 0
        self.run("migrate")

    def topics(self) -> dict[str, int]:
        return {self.topic: _PARTITIONS, "counted.dead-letters": 1}

    def run(self, *words: str) -> None:
        subprocess.run([*_DJANGO, *words], cwd=ROOT, env=self._environment(), check=True)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [*_DJANGO, "run", *words], cwd=ROOT, env=self._environment(), stdout=log, stderr=log
            )

    def tell(self, rounds: int) -> None:
        """Say so many more values of every key."""
        producer = Producer({"bootstrap.servers": self.kafka})
        for number in range(self.told + 1, self.told + rounds + 1):
            for key in range(_KEYS):
                value = b"%d.%d" % (key, number)
                producer.produce(
                    self.topic, value, b"%d" % key, key % _PARTITIONS, headers=[("ce_id", value)]
                )
        assert producer.flush(30) == 0
        self.told += rounds

    def done(self) -> list[str]:
        with psycopg.connect(self.database) as reader:
            rows = reader.execute("SELECT reason FROM runtime_decision ORDER BY id").fetchall()
        return [reason for (reason,) in rows]

    def is_done(self) -> bool:
        return len(self.done()) >= self.told * _KEYS

    def assigned(self) -> list[int]:
        """Tell how many partitions each process has; -1 of one that does not answer."""
        return [self._assigned(number) for number in range(_PROCESSES)]

    def _assigned(self, number: int) -> int:
        try:
            with urlopen(f"http://127.0.0.1:{self.port + number}/status", timeout=5) as answer:
                return int(json.load(answer)["assigned"])
        except (URLError, OSError):
            return -1

    def _environment(self) -> dict[str, str]:
        return {
            **clean_environment(),
            "DJANGO_SETTINGS_MODULE": "tests.consumers.runtime.counted.settings",
            "KAFKA_BOOTSTRAP": self.kafka,
            "COUNTED_TOPIC": self.topic,
            "COUNTED_DATABASE_URL": self.database,
            "COUNTED_HEALTH_PORT": str(self.port),
        }


_DJANGO = (sys.executable, "-m", "django")


@pytest.fixture
def counted(stack: Stack, tmp_path: Path) -> Iterator[Counted]:
    made = Counted(stack, tmp_path / "log")
    yield made
    kafka = AdminClient({"bootstrap.servers": made.kafka})
    for gone in kafka.delete_topics(list(made.topics())).values():
        gone.result(30)


def test_partitions_are_shared_out_and_move_from_a_killed_process_with_nothing_lost_or_doubled(
    counted: Counted,
) -> None:
    counted.tell(10)
    parent = counted.start("--processes", str(_PROCESSES))
    try:
        assert wait(lambda: sorted(counted.assigned()) == [0, 1, 1, 1], _PATIENCE)
        assert wait(counted.is_done, _PATIENCE)
        # Begun in the order of their numbers.
        children = sorted(psutil.Process(parent.pid).children(), key=lambda each: each.pid)
        busy = counted.assigned().index(1)
        counted.tell(10)
        children[busy].kill()
        counted.tell(10)
        assert wait(counted.is_done, _PATIENCE)
        assert wait(lambda: sorted(counted.assigned()) == [0, 1, 1, 1], _PATIENCE)
        children = psutil.Process(parent.pid).children()
        assert len(children) == _PROCESSES
    finally:
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(60) == 0, counted.log.read_text()
    assert not any(child.is_running() for child in children)

    done = counted.done()
    assert len(done) == counted.told * _KEYS
    for key in range(_KEYS):
        told = [reason for reason in done if reason.startswith(f"{key}.")]
        assert told == [f"{key}.{number}" for number in range(1, counted.told + 1)]
    said = counted.log.read_text()
    assert "4 processes for 3 partitions: 1 will have nothing to do" in said
