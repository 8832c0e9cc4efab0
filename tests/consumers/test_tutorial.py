"""The tutorial is followed step by step: its files, its changes, its commands, its promises."""

import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from cdc.contracts.topics import LISTING_EVENTS
from stack.environment import ROOT
from stack.readiness import answers, wait
from tests.ports import neighbouring_ports
from tests.running_stack import Stack, clean_environment

pytestmark = pytest.mark.stack

TEXT = (ROOT / "consumers" / "TUTORIAL.md").read_text()
_PROCESSES = 3
_NOT_COPIED = shutil.ignore_patterns(
    ".*", "var", "__pycache__", "node_modules", "*.log", "browser", "bench"
)


class Project:
    """A copy of this one, to which the tutorial's steps are done."""

    def __init__(self, root: Path, settings: dict[str, str]) -> None:
        self.root = root
        self.settings = {**clean_environment(), **settings}
        self.running: list[subprocess.Popen[str]] = []
        shutil.copytree(ROOT, root, ignore=_NOT_COPIED)

    def prepared(self) -> str:
        """Do what stands before the first heading; give the address of the database."""
        (script,) = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.M | re.S)
        path = f"{Path(sys.executable).parent}:{self.settings['PATH']}"
        done = subprocess.run(
            ["sh", "-euc", f'{script}printf %s "$PRICES_DATABASE_URL"'],
            cwd=self.root,
            env={**self.settings, "PATH": path},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def follow(self, heading: str, until: Callable[[], bool] = lambda: True) -> dict[str, str]:
        """Do what stands under ``heading``, in its order; give what each command printed.

        A command that goes on is left running as soon as ``until`` is so.
        """
        said = {}
        for path, kind, text in blocks(heading):
            if kind == "python":
                (self.root / path).parent.mkdir(exist_ok=True)
                (self.root / path).write_text(text)
            elif kind == "diff":
                self._change(self.root / path, text)
            else:
                for command in text.splitlines():
                    said[command] = self._do(command, until)
        return said

    def run(self, command: str) -> str:
        """Run a command, and return what it prints."""
        process = self._start(command)
        said, _ = process.communicate(timeout=200)
        assert process.returncode == 0, f"{command}\n{said}"
        return said

    def drained(self) -> str:
        """End the command that was left running, and return what it printed."""
        process = self.running.pop()
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
        return said

    def _do(self, command: str, until: Callable[[], bool]) -> str:
        if " consumers run " not in command:
            return self.run(command)
        self.running.append(self._start(command))
        assert wait(until, 90), command
        return ""

    def _start(self, command: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *shlex.split(command)[1:]],
            cwd=self.root,
            env=self.settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _change(self, file: Path, diff: str) -> None:
        text = file.read_text()
        for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)+)", diff, re.M):
            gone, come = re.sub("^-", "", old, flags=re.M), re.sub(r"^\+", "", new, flags=re.M)
            assert text.count(gone) == 1, f"{file.name} has not once:\n{gone}"
            text = text.replace(gone, come)
        file.write_text(text)


def blocks(heading: str) -> list[tuple[str, str, str]]:
    """Give path, kind and text of each block of code under ``heading``."""
    ((_, section),) = re.findall(rf"^## (\d+)\. {heading}$(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
    return re.findall(r"^(?:(?:In )?`(\S+)`\n)?```(\w+)\n(.*?)^```$", section, re.M | re.S)


@pytest.fixture(scope="module")
def project(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Have everything that the tutorial expects, the empty database by the way it names."""
    settings = {
        "BANYAN_HOME": str(stack.home),
        "PRICES_HEALTH_PORT": str(neighbouring_ports(_PROCESSES)),
    }
    made = Project(tmp_path_factory.mktemp("tutorial") / "project", settings)
    made.settings["PRICES_DATABASE_URL"] = made.prepared()
    yield made
    for process in made.running:
        process.kill()
        process.wait()
    kafka = AdminClient({"bootstrap.servers": stack.environment()["KAFKA_BOOTSTRAP"]})
    for gone in (
        *kafka.delete_topics(["prices.dead-letters"]).values(),
        *kafka.delete_consumer_groups(["prices"]).values(),
    ):
        gone.result(30)


def test_every_step_of_the_tutorial_works(stack: Stack, project: Project) -> None:
    project.follow("Three files")
    project.follow("Say what you read")
    # Its tests start a PostgreSQL of their own, as they would anywhere.
    _, *tested = project.follow("Test it, without Kafka").values()
    assert all(re.search(r"^\d+ passed", said, re.M) for said in tested), tested
    project.run("python -m ruff check -q consumers/prices tests/consumers/prices")

    stack.manage("stack", "journey", "--json")
    refuse(stack)
    *_, status, listed, _, rehearsed, replayed = project.follow(
        "Run it", until=lambda: bool(shown(project)) and bool(dead(project))
    ).values()
    assert "prices: " in status
    assert "listing.events/" in status
    assert "BrokenContract" in listed
    assert "records would be handled again." in rehearsed
    assert "records will be handled again." in replayed
    # What was put aside is no better than it was.
    assert wait(lambda: bool(dead(project)), 60)

    before = shown(project)
    built, back = project.follow("Change what it keeps").values()
    assert "done: " in built
    assert "done: " in back
    assert shown(project) == before
    assert "drained consumer=prices" in project.drained()

    project.follow("Go faster, and try harder", until=lambda: answering(project) == _PROCESSES)
    project.run("python -m ruff check -q consumers/prices")
    project.run("python -m ruff format -q --check consumers/prices/handlers.py")
    assert shown(project) == before
    project.drained()


def answering(project: Project) -> int:
    first = int(project.settings["PRICES_HEALTH_PORT"])
    return sum(answers(first + number, "/healthz") for number in range(_PROCESSES))


def refuse(stack: Stack) -> None:
    """Put a record on the topic that nobody can read."""
    producer = Producer({"bootstrap.servers": stack.environment()["KAFKA_BOOTSTRAP"]})
    # Whoever counts events on this stack finds one that is named like any other.
    headers: list[tuple[str, str | bytes | None]] = [
        ("ce_id", b"unreadable"),
        ("ce_type", b"ListingRepriced"),
        ("ce_subject", b"1"),
    ]
    # On the partition that is gone back on.
    producer.produce(LISTING_EVENTS, b"no event", b"1", 0, headers=headers)
    assert producer.flush(30) == 0


def shown(project: Project) -> list[tuple[object, ...]]:
    with psycopg.connect(project.settings["PRICES_DATABASE_URL"]) as prices:
        return prices.execute("SELECT listing_id, price FROM prices_price ORDER BY 1").fetchall()


def dead(project: Project) -> list[tuple[object, ...]]:
    with psycopg.connect(project.settings["PRICES_DATABASE_URL"]) as prices:
        return prices.execute("SELECT error FROM runtime_parked WHERE state = 'dead'").fetchall()
