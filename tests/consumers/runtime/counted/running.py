"""`counted` on a running stack, begun by the command that a person types.

Enters: a stack. Leaves: a topic and a database of its own, processes that read the one into the
other, and what is wrong with what they wrote. Every other key's events have ids, and are told twice
now and then; the rest have none, as rows have none.
"""

import json
import subprocess
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import httpx
import psycopg
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from consumers.runtime.faults import Step
from stack.environment import ROOT
from tests.ports import neighbouring_ports
from tests.running_stack import Stack, clean_environment

KEYS = 12
# Every so many rounds all is told twice.
_TWICE = 5
_COUNTS = """
    SELECT count(*) FROM counted_count GROUP BY split_part(told, '.', 1)
"""
_DJANGO = (sys.executable, "-m", "django")


class Counted:
    """A topic, a database, and the command that reads the one into the other."""

    def __init__(self, stack: Stack, log: Path, processes: int, partitions: int) -> None:
        self.kafka = stack.environment()["KAFKA_BOOTSTRAP"]
        self.topic = f"counted-{uuid.uuid4().hex[:8]}"
        self.partitions = partitions
        topics = [NewTopic(self.topic, partitions, 1), NewTopic("counted.dead-letters", 1, 1)]
        self._topics = [topic.topic for topic in topics]
        self._admin = AdminClient({"bootstrap.servers": self.kafka, "log_level": 2})
        for made in self._admin.create_topics(topics).values():
            made.result(30)
        self._server = stack.superuser()
        self.flaws = log.with_name("flaws")
        self.processes = processes
        # So many dead letters one after the other halt it.
        self.in_a_row = 100
        self.port = neighbouring_ports(processes)
        self.log = log
        self.told = 0
        # What was handed over arrives once, however often the broker dies meanwhile.
        self._producer = Producer(
            {
                "bootstrap.servers": self.kafka,
                "enable.idempotence": True,
                "message.timeout.ms": 0,
                # That it is away now and then is what is tried.
                "log_level": 2,
            }
        )
        # Of the release that is begun next.
        self.version = 1
        self.pause_file = log.with_name("pause")
        self._dies_file = log.with_name("dies")
        self.lanes = 1
        # What ends so is tried twice; nothing does.
        self.stumbles = "never"
        self.forget()

    def forget(self) -> None:
        """Turn to an empty database, as a consumer that has read nothing yet."""
        name = f"counted_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(self._server, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        self.database = self._server.rpartition("/")[0] + f"/{name}"
        self.run("migrate", "-v0", "--run-syncdb")

    def run(self, *words: str, fails: bool = False) -> str:
        """Run a command of the consumer, and return what it says."""
        command, env = [*_DJANGO, *words], self._environment()
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        assert (done.returncode != 0) == fails, f"{words}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def remove(self) -> None:
        """Delete the topics; the database ends with its server."""
        for gone in self._admin.delete_topics(self._topics).values():
            gone.result(30)

    def start(self) -> "subprocess.Popen[bytes]":
        """Begin the parent of all processes."""
        words = ("run", "--processes", str(self.processes))
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*_DJANGO, *words], cwd=ROOT, env=self._environment(), stdout=log, stderr=log
            )

    def tell(self, rounds: int, patience_s: float = 30) -> None:
        """Say so many more values of every key."""
        for number in range(self.told + 1, self.told + rounds + 1):
            self._tell_all(number, range(KEYS))
            if number % _TWICE == 0:
                self._tell_all(number, range(0, KEYS, 2))
        assert self._producer.flush(patience_s) == 0
        self.told += rounds

    def _tell_all(self, number: int, keys: Iterable[int]) -> None:
        for key in keys:
            value = b"%d.%d" % (key, number)
            self._producer.produce(
                *(self.topic, value, b"%d" % key, key % self.partitions),
                headers=[] if key % 2 else [("ce_id", value)],
            )

    def die_at(self, step: Step) -> Path:
        """Let the next process that comes to ``step`` end there; it takes the file away."""
        order = Path(f"{self._dies_file}-{step}")
        order.touch()
        return order

    def done(self) -> list[str]:
        """Return what was written down, in its order."""
        with psycopg.connect(self.database) as reader:
            rows = reader.execute("SELECT told FROM counted_count ORDER BY id").fetchall()
        return [told for (told,) in rows]

    def versions(self) -> set[int]:
        """Tell which versions of the handlers have written what is there."""
        with psycopg.connect(self.database) as reader:
            rows = reader.execute("SELECT DISTINCT version FROM counted_count").fetchall()
        return {version for (version,) in rows}

    def is_done(self, told: int) -> bool:
        """Tell whether of every key as much is written down as was told at some moment."""
        with psycopg.connect(self.database) as reader:
            counts = [count for (count,) in reader.execute(_COUNTS).fetchall()]
        return len(counts) == KEYS and min(counts) >= told

    def wrong(self, told: int) -> list[str]:
        """Name the keys whose values are not there once each and in order, with what is wrong."""
        found = defaultdict(list)
        for reason in self.done():
            key, _, number = reason.partition(".")
            found[int(key)].append(int(number))
        return [each for key in range(KEYS) for each in _wrong(key, found[key], told)]

    def assigned(self) -> list[int]:
        """Tell how many partitions each process has; -1 of one that does not answer."""
        return [self._assigned(number) for number in range(self.processes)]

    def unready(self, number: int = 0) -> str:
        """Give what the process of that number says at /readyz; "" when it does not answer."""
        with suppress(httpx.TransportError):
            answer = httpx.get(f"http://127.0.0.1:{self.port + number}/readyz", timeout=5)
            return answer.text.strip()
        return ""

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
            "COUNTED_FLAWS": str(self.flaws),
            "COUNTED_VERSION": str(self.version),
            "COUNTED_PAUSE": str(self.pause_file),
            "COUNTED_IN_A_ROW": str(self.in_a_row),
            "COUNTED_DIES": str(self._dies_file),
            "COUNTED_STUMBLES": self.stumbles,
            "COUNTED_LANES": str(self.lanes),
        }


def _wrong(key: int, found: list[int], told: int) -> list[str]:
    # More may have been told since.
    wanted = set(range(1, max(told, *found, 0) + 1))
    times = Counter(found)
    seen = {
        "lost": sorted(wanted - set(found)),
        "doubled": [number for number, count in times.items() if count > 1],
        "out of order": [after for before, after in pairwise(found) if after < before],
    }
    return [f"key {key}: {name} {numbers[:5]}" for name, numbers in seen.items() if numbers]
