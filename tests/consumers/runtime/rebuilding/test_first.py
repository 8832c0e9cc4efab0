"""A consumer that is begun where another version has built the tables: `run`, up to its turns."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any

import httpx
import pytest
from django.db import connection, connections
from pytest_django import Settings

from consumers.runtime.brokers.memory import MemoryBroker
from consumers.runtime.config import ConsumerConfig, RetryPolicy
from consumers.runtime.declared import Declared
from consumers.runtime.errors import OtherVersion, StoreAway
from consumers.runtime.events import Read
from consumers.runtime.models import PartitionOwner
from consumers.runtime.rebuilding.first import is_rebuilt_first
from consumers.runtime.rebuilding.topics import MemoryTopics
from consumers.runtime.run import run_consumer
from stack.readiness import wait
from tests.consumers.runtime.rebuilding.homes import TABLES, Change, Home, Homes, homes
from tests.consumers.runtime.worlds import no_event, turn_until
from tests.ports import neighbouring_ports

pytestmark = pytest.mark.django_db(transaction=True)

_SOON = RetryPolicy(first_delay=0.02, factor=1.0)
_NEVER = RetryPolicy(first_delay=900.0, longest_delay=900.0)


@pytest.fixture
def line(settings: Settings) -> Iterator[Homes]:
    """Give homes that version 1 has built, and what version 2 would show otherwise."""
    settings.CONSUMER_READ_MODEL = ""
    with homes() as made:
        config = replace(made.world.config, inbox_days=float("inf"), store_retry=_SOON)
        made.world.config = replace(config, rebuild_retry=_SOON)
        made.tell("a1", "b1")
        made.consume()
        Change.objects.update(told="old")
        yield made


@dataclass(frozen=True, slots=True)
class InMemory(Declared):
    """A consumer as its settings would declare it, with its topics in memory."""

    line: Homes

    def broker(self, config: ConsumerConfig) -> MemoryBroker:
        return MemoryBroker(self.line.world.cluster, config.group, config.topics)

    def topics(self, config: ConsumerConfig) -> MemoryTopics:
        return MemoryTopics(self.line.world.cluster, config.topics)

    def tables(self) -> tuple[str, ...]:
        return TABLES

    def read_event(self) -> Read:
        return no_event


class Process:
    """What `consumers run` runs, in a thread."""

    def __init__(self, line: Homes, port: int) -> None:
        self.port = port
        self.errors: list[BaseException] = []
        self._drains: list[Callable[[], None]] = []
        self._declared = InMemory(line.consumer, line.world.config, line)

    def readiness(self) -> str:
        """Give what /readyz says: `ok`, or why not; "" when nobody answers."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=30).text.strip()
        except httpx.TransportError:
            return ""

    def is_ready(self) -> bool:
        """Tell whether it is before long; `ok` is in `broker` too, of which a reason may tell."""
        return self._comes_to(lambda: self.readiness() == "ok")

    def says(self, reason: str) -> bool:
        """Tell whether it says so before long; a process that has failed says nothing."""
        return self._comes_to(lambda: reason in self.readiness())

    def _comes_to(self, end: Callable[[], bool]) -> bool:
        return wait(lambda: bool(self.errors) or end(), 60) and not self.errors

    @contextmanager
    def running(self) -> Iterator["Process"]:
        thread = Thread(target=self._run)
        thread.start()
        try:
            yield self
        finally:
            assert wait(lambda: bool(self._drains or self.errors), 30)
            for drain in self._drains:
                drain()
            thread.join(30)
        assert not thread.is_alive()
        assert self.errors == []

    def _run(self) -> None:
        try:
            run_consumer(self._declared, self.port, self._drains.append)
        except BaseException as error:
            self.errors.append(error)
        finally:
            connections.close_all()


@contextmanager
def released(line: Homes, version: int, count: int = 1) -> Iterator[list[Process]]:
    """Run so many processes of a release."""
    line.consumer.version = version
    first = neighbouring_ports(count)
    with ExitStack() as stack:
        yield [
            stack.enter_context(Process(line, first + number).running()) for number in range(count)
        ]


def versions() -> set[int]:
    return set(PartitionOwner.objects.values_list("version", flat=True))


def kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT told FROM tried_previous.tried_change ORDER BY id")
        return [told for (told,) in cursor.fetchall()]


def test_a_newer_version_is_built_beside_the_live_one_swapped_and_the_old_one_kept(
    line: Homes, caplog: pytest.LogCaptureFixture
) -> None:
    with released(line, 2) as (process,):
        assert process.is_ready()
        assert line.shown() == {"a": ["a1"], "b": ["b1"]}
        line.tell("a2")
        assert wait(lambda: line.shown()["a"] == ["a1", "a2"], 60)
    assert versions() == {2}
    assert kept() == ["old", "old"]
    assert "rebuilt consumer=tried" in caplog.text


def test_one_that_is_refused_waits_says_why_and_writes_nothing_while_the_old_one_goes_on(
    line: Homes, caplog: pytest.LogCaptureFixture
) -> None:
    lost = Home.objects.create(name="lost", changes=0)
    older = line.start()
    line.consume(older)
    with released(line, 2) as (process,):
        assert process.says("cannot be rebuilt: 1 would be missing or older than now")
        assert "by `consumers rebuild tried`" in process.readiness()
        status = httpx.get(f"http://127.0.0.1:{process.port}/status", timeout=30).json()
        assert "--accept-losses" in status["unready"]
        assert httpx.get(f"http://127.0.0.1:{process.port}/healthz").status_code == 200

        line.tell("a2")
        turn_until(older, lambda: line.shown()["a"] == ["old", "a2"])
        assert versions() == {1}
        # The reason is gone, and nobody begins the process anew.
        lost.delete()
        assert wait(lambda: versions() == {2}, 60)
        older._broker.vanish()  # type: ignore[attr-defined]
        line.tell("a3")
        assert wait(lambda: line.shown() == {"a": ["a1", "a2", "a3"], "b": ["b1"]}, 60)
        assert process.is_ready()
    told = [each for each in caplog.messages if each.startswith("waiting consumer=tried")]
    assert len(told) == 1


def test_one_that_waits_begins_when_somebody_has_rebuilt_by_hand(line: Homes) -> None:
    Home.objects.create(name="lost", changes=0)
    line.world.config = replace(line.world.config, rebuild_retry=_NEVER)
    with released(line, 2) as (process,):
        assert process.says("1 would be missing")
        line.rebuild(accepts_losses=True)
        assert process.is_ready()
    assert line.shown() == {"a": ["a1"], "b": ["b1"]}


def test_of_two_that_begin_at_once_one_rebuilds_and_the_other_waits_for_it(line: Homes) -> None:
    with released(line, 2, count=2) as processes:
        assert all(process.is_ready() for process in processes)
        line.tell("a2", "b2")
        assert wait(lambda: line.shown() == {"a": ["a1", "a2"], "b": ["b1", "b2"]}, 60)
    assert versions() == {2}
    # Swapped once: twice would have kept what the first has built.
    assert kept() == ["old", "old"]


def test_an_older_release_waits_until_the_older_tables_are_back(line: Homes) -> None:
    with released(line, 2) as (process,):
        assert process.is_ready()
    with released(line, 1) as (process,):
        assert process.says("version 2 of the handlers has built the read model")
        assert "go back by `consumers rebuild --back`" in process.readiness()
        line.rebuild(back=True)
        assert process.is_ready()
    assert line.shown() == {"a": ["old"], "b": ["old"]}
    assert versions() == {1}


def test_a_release_does_not_go_back_to_tables_of_another_version(line: Homes) -> None:
    line.consumer.version = 2
    line.rebuild()
    with pytest.raises(OtherVersion, match="version 1 of the handlers"):
        line.rebuild(back=True)
    assert line.shown() == {"a": ["a1"], "b": ["b1"]}


def test_a_server_that_is_away_when_a_process_begins_is_waited_for(line: Homes) -> None:
    settings = connections.settings["default"]
    there, nowhere = settings["PORT"], str(neighbouring_ports(1))
    settings["PORT"] = nowhere
    try:
        with released(line, 1) as (process,):
            assert process.says("the store is away: connection")
            settings["PORT"] = there
            assert process.is_ready()
    finally:
        settings["PORT"] = there


def test_tables_that_are_not_made_yet_are_waited_for(line: Homes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE runtime_partition RENAME TO elsewhere")
        try:
            with pytest.raises(StoreAway, match="runtime_partition"):
                is_rebuilt_first(Declared(line.consumer, line.world.config))
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO runtime_partition")


def test_nothing_is_taken_over_that_another_version_has_built(line: Homes) -> None:
    line.consumer.version = 2
    loop = line.start()
    with pytest.raises(OtherVersion, match="build it anew by `consumers rebuild`"):
        line.consume(loop)
    assert versions() == {1}


def test_a_topic_that_a_newer_version_does_not_read_asks_for_no_other_rebuild(line: Homes) -> None:
    PartitionOwner.objects.create(consumer="tried", topic="former", partition=0, next_offset=9)
    line.consumer.version = 2
    line.rebuild()
    assert not is_rebuilt_first(Declared(line.consumer, line.world.config))


def test_a_release_builds_what_older_handlers_made_and_does_not_touch_what_newer_ones_made(
    line: Homes,
) -> None:
    def is_rebuilt_by(version: int) -> Any:
        line.consumer.version = version
        return is_rebuilt_first(Declared(line.consumer, line.world.config))

    assert [is_rebuilt_by(version) for version in (1, 2)] == [False, True]
    PartitionOwner.objects.update(version=2)
    with pytest.raises(OtherVersion, match=r"version 2 of the handlers .* and this is version 1"):
        is_rebuilt_by(1)
    # Nothing is there yet, and the loop builds it from the beginning.
    PartitionOwner.objects.all().delete()
    assert not is_rebuilt_by(3)
