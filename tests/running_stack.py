"""A stack of the tests' own, driven by the same commands that a person types."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xmlrpc.client import ServerProxy

import psutil
from confluent_kafka import Consumer, Message, TopicPartition
from psycopg.conninfo import conninfo_to_dict

from cdc.connect.connectors import Source
from cdc.contracts.schemas import all_schemas
from stack.environment import ROOT
from stack.hops import headers_of
from stack.readiness import wait

_OF_THE_MACHINE = (
    "PATH", "HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME", "CI",
    # How the package registries are reached: what is not here yet is fetched.
    "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy",
)  # fmt: skip


class CommandFailed(AssertionError):
    """A command that should have worked ended with an error; the text holds what it said."""


@dataclass(frozen=True)
class Stack:
    """The stack that keeps its data in ``home``; ``settings`` are given to its commands."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def up(self, *words: str) -> None:
        """Start it, or the part that ``words`` name, and return when it is ready."""
        self.manage("stack", "up", "--detach", *words)

    def down(self) -> None:
        """Stop it."""
        self.manage("stack", "down")

    def manage(self, *words: str) -> str:
        """Run `manage.py` and return what it prints; raises ``CommandFailed``."""
        done = self.try_manage(*words)
        if done.returncode != 0:
            raise CommandFailed(f"manage.py {' '.join(words)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def try_manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` and return its outcome, whatever it is."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env={
                **clean_environment(),
                **self.settings,
                "BANYAN_HOME": str(self.home),
                "PORTS": "auto",
            },
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )

    def wait_until(self, is_true: Callable[[], bool], timeout_s: float = 30) -> None:
        """Return when the condition holds; fails when it does not in time."""
        assert wait(is_true, timeout_s), f"Waited {timeout_s} s in vain."

    def status(self) -> dict[str, Any]:
        """Return `stack status --json`."""
        answer: dict[str, Any] = json.loads(self.try_manage("stack", "status", "--json").stdout)
        return answer

    def environment(self) -> dict[str, str]:
        """Return the addresses and secrets of this run."""
        lines = (self.home / "stack.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def source(self) -> Source:
        """Return the monolith's database as Debezium reaches it."""
        values = self.environment()
        at = conninfo_to_dict(values["MONOLITH_DATABASE_URL"])
        return Source(
            host=str(at["host"]),
            port=int(at["port"] or 0),
            database=str(at["dbname"]),
            user=values["DEBEZIUM_USER"],
            password=values["DEBEZIUM_PASSWORD"],
        )

    def superuser(self) -> str:
        """Return the monolith's database as the server's superuser reaches it."""
        values = self.environment()
        address = values["MONOLITH_DATABASE_URL"].partition("@")[2]
        return f"postgres://postgres:{values['POSTGRES_PASSWORD']}@{address}"

    def url(self, service: str, path: str = "/") -> str:
        """Return an address of one of the services."""
        ports = json.loads((self.home / "ports.json").read_text())
        return f"http://127.0.0.1:{ports[service]}{path}"

    def records(self, topic: str) -> list[Message]:
        """Return every record that is in a topic now, oldest first by partition."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.environment()["KAFKA_BOOTSTRAP"],
                "group.id": "tests",
                "enable.auto.commit": False,
            }
        )
        try:
            return list(_read_all(consumer, topic))
        finally:
            consumer.close()

    def events(self) -> list[tuple[str, str, str]]:
        """Return (id, type, aggregate id) of every event in Kafka, whatever its topic."""
        topics = sorted({schema.topic for schema in all_schemas().values()})
        every = (headers_of(record) for topic in topics for record in self.records(topic))
        return [(told["ce_id"], told["ce_type"], told["ce_subject"]) for told in every]

    def is_ready(self) -> bool:
        """Tell whether every service serves."""
        return bool(self.status()["ready"])

    def ask_manager(self, word: str, service: str) -> Any:
        """Give the process manager itself an order: a command of ours takes a second to start."""
        ports = json.loads((self.home / "ports.json").read_text())
        password = self.environment()["SUPERVISOR_PASSWORD"]
        address = f"http://banyan:{password}@127.0.0.1:{ports['supervisor']}/RPC2"
        with ServerProxy(address) as manager:
            return getattr(manager.supervisor, word)(service)

    def family(self, service: str) -> list[psutil.Process]:
        """Return a service's process and its workers; none while it does not run."""
        told = self.ask_manager("getProcessInfo", service)
        if not (pid := int(told["pid"])):
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(pid)
            return [parent, *parent.children(recursive=True)]
        return []

    def pid(self, service: str) -> int:
        """Return the process id of a running service."""
        pid = self.status()["services"][service]["pid"]
        assert pid, f"{service} does not run"
        return int(pid)

    def kill(self, service: str, *, whole: bool = True) -> None:
        """End a service without a word, with its workers or alone; it is started again."""
        parent = psutil.Process(self.pid(service))
        for process in [parent, *(parent.children(recursive=True) if whole else ())]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def _read_all(consumer: Consumer, topic: str) -> Iterator[Message]:
    missing = {}
    for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions:
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)
        if high > low:
            missing[number] = (low, high)
    consumer.assign([TopicPartition(topic, number, low) for number, (low, _) in missing.items()])
    while missing:
        for record in consumer.consume(1000, timeout=0.2):
            assert record.error() is None, record.error()
            yield record
            number, offset = record.partition(), record.offset()
            if number in missing and offset is not None and offset >= missing[number][1] - 1:
                del missing[number]


def clean_environment() -> dict[str, str]:
    """Return what our environment says of the machine, and none of the test run's settings."""
    return {name: os.environ[name] for name in _OF_THE_MACHINE if name in os.environ}
