"""The tutorial is followed step by step: its files, its changes, its commands, its promises."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from cdc.contracts.topics import LISTING_EVENTS
from stack.environment import ROOT
from tests.ports import free_port
from tests.running_stack import Stack, clean_environment

pytestmark = pytest.mark.stack

TEXT = (ROOT / "consumers" / "TUTORIAL.md").read_text()
_NOT_COPIED = shutil.ignore_patterns(
    ".*", "var", "__pycache__", "node_modules", "*.log", "browser", "bench"
)


class Project:
    """A copy of this one, to which the tutorial's steps are done."""

    def __init__(self, root: Path, settings: dict[str, str]) -> None:
        self.root = root
        self.settings = {**clean_environment(), **settings}
        shutil.copytree(ROOT, root, ignore=_NOT_COPIED)
        for path, text in re.findall(r"^`(\S+)`\n```python\n(.*?)^```$", TEXT, re.M | re.S):
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(text)
        self._change(root / "cdc" / "contracts" / "topics.py")

    def _change(self, file: Path) -> None:
        text = file.read_text()
        ((*_, diff),) = re.findall(r"^()```diff\n(.*?)^```$", TEXT, re.M | re.S)
        for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)+)", diff, re.M):
            gone, come = re.sub("^-", "", old, flags=re.M), re.sub(r"^\+", "", new, flags=re.M)
            assert text.count(gone) == 1, f"topics.py has not once:\n{gone}"
            text = text.replace(gone, come)
        file.write_text(text)

    def run(self, command: str) -> str:
        """Run a command of the tutorial, and return what it prints."""
        process = self.start(command)
        said, _ = process.communicate(timeout=200)
        assert process.returncode == 0, f"{command}\n{said}"
        return said

    def start(self, command: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *command.split()[1:]],
            cwd=self.root,
            env=self.settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture(scope="module")
def project(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Have everything that the tutorial expects: a running stack and an empty database."""
    with psycopg.connect(stack.superuser(), autocommit=True) as server:
        server.execute("CREATE DATABASE prices")
    settings = {
        "BANYAN_HOME": str(stack.home),
        "PRICES_DATABASE_URL": stack.superuser().rpartition("/")[0] + "/prices",
        "PRICES_HEALTH_PORT": str(free_port()),
    }
    yield Project(tmp_path_factory.mktemp("tutorial") / "project", settings)
    kafka = AdminClient({"bootstrap.servers": stack.environment()["KAFKA_BOOTSTRAP"]})
    for gone in (
        *kafka.delete_topics(["prices.dead-letters"]).values(),
        *kafka.delete_consumer_groups(["prices"]).values(),
    ):
        gone.result(30)


def commands() -> Iterator[str]:
    for block in re.findall(r"^```console\n(.*?)^```$", TEXT, re.M | re.S):
        yield from block.splitlines()


def test_every_step_of_the_tutorial_works(stack: Stack, project: Project) -> None:
    steps = list(commands())
    for command in steps[:2]:
        # Its tests start a PostgreSQL of their own, as they would anywhere.
        said = project.run(command)
    assert re.search(r"^\d+ passed", said, re.M), said
    assert "failed" not in said

    project.run("python -m ruff check -q consumers/prices tests/consumers/prices")
    project.run("python -m ruff format -q --check consumers/prices/handlers.py")

    stack.manage("stack", "journey", "--json")
    refuse(stack)
    topics, migrate, run, *looks, rebuild = steps[2:]
    project.run(topics)
    project.run(migrate)
    running = project.start(run)
    try:
        stack.wait_until(lambda: bool(shown(project)) and bool(dead(project)), 60)
        status, listed = (project.run(look) for look in looks)
        before = shown(project)
        assert "done: " in project.run(rebuild)
        assert shown(project) == before
    finally:
        running.send_signal(signal.SIGTERM)
        said, _ = running.communicate(timeout=60)
    assert running.returncode == 0, said
    assert "prices: " in status
    assert "listing.events/" in status
    assert "BrokenContract" in listed
    assert "drained consumer=prices" in said


def refuse(stack: Stack) -> None:
    """Put a record on the topic that nobody can read."""
    producer = Producer({"bootstrap.servers": stack.environment()["KAFKA_BOOTSTRAP"]})
    # Whoever counts events on this stack finds one that is named like any other.
    headers: list[tuple[str, str | bytes | None]] = [
        ("ce_id", b"unreadable"),
        ("ce_type", b"ListingRepriced"),
        ("ce_subject", b"1"),
    ]
    producer.produce(LISTING_EVENTS, b"no event", b"1", headers=headers)
    assert producer.flush(30) == 0


def shown(project: Project) -> list[tuple[object, ...]]:
    with psycopg.connect(project.settings["PRICES_DATABASE_URL"]) as prices:
        return prices.execute("SELECT listing_id, price FROM prices_price ORDER BY 1").fetchall()


def dead(project: Project) -> list[tuple[object, ...]]:
    with psycopg.connect(project.settings["PRICES_DATABASE_URL"]) as prices:
        return prices.execute("SELECT error FROM runtime_parked WHERE state = 'dead'").fetchall()
