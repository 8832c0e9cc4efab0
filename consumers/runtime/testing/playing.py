"""Play a scenario in one of the ways that a pipe of records can take.

Enters: deeds, and a way. Leaves: what is there in the end. Every way leads through a restart, so
that only what is durable counts.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from consumers.runtime.faults import Break, Crash, breaking
from consumers.runtime.records import Record
from consumers.runtime.testing.line import Line

# Puts records on their topics and gives them, or lets time pass.
Deed = Callable[[Line[Any]], list[Record]]


@dataclass(frozen=True, slots=True)
class Way:
    """How a scenario is played."""

    name: str = "as told"
    # Every record comes twice in a row, and all come again in the end.
    is_twice: bool = False
    # Everything is on the topics before the consumer starts to read.
    is_fresh: bool = False
    # So many lanes take turns: all that they do to one another but running at once.
    lanes: int = 1
    breaks: Break = lambda _: None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is there in the end."""

    shown: Any
    # Errors of the records that are dead, and of those that wait to be tried again.
    dead: tuple[str, ...]
    waiting: tuple[str, ...]


def play(line: Line[Any], deeds: Sequence[Deed], way: Way, shows: Callable[[Any], Any]) -> Outcome:
    """Do all, and give what is there then. Raises ``AssertionError`` for a letter that is lost."""
    told: list[Record] = []
    with breaking(way.breaks):
        for deed in deeds:
            new = deed(line)
            told += new
            if way.is_twice:
                _deliver(line, new)
            if not way.is_fresh:
                _outlive(line, line.run)
        if way.is_twice:
            _deliver(line, told)
        for act in (line.settle, line.restart, line.settle):
            _outlive(line, act)
    return _outcome(line, shows)


@contextmanager
def undone() -> Iterator[None]:
    """Leave the test's database as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _outlive(line: Line[Any], act: Callable[[], None]) -> None:
    try:
        act()
    except Crash:
        line.crash()
        line.settle()


def _deliver(line: Line[Any], records: Sequence[Record]) -> None:
    for each in records:
        line.cluster.append(
            each.topic, each.key, each.value, each.headers, each.timestamp, each.partition
        )


def _outcome(line: Line[Any], shows: Callable[[Any], Any]) -> Outcome:
    parked = line.all_parked()
    dead = [each for each in parked if each.state == "dead"]
    letters = {
        (text(each, "originalTopic"), text(each, "originalOffset")) for each in line.letters()
    }
    for each in dead:
        place = each.record.topic, str(each.record.offset)
        assert place in letters, f"{each.record} is dead and has no letter"
    waiting = [each for each in parked if each.state == "waiting"]
    errors = tuple(each.error for each in dead), tuple(each.error for each in waiting)
    return Outcome(shows(line.read_model), *errors)


def text(record: Record, name: str) -> str:
    """Give a header's text."""
    return (record.header(name) or b"").decode()
