"""Rounds of faults at consumers at work, and after each what they wrote down.

Enters: a stack. Leaves: for each round what was done and the verdict on both kinds of store: the
auditor's word on the search's index, and the rows of `counted`, where each event has its row once.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.consumers.runtime.counted.running import KEYS, Counted
from tests.faults import rounds
from tests.faults.consumers.faults import AtWork, faults
from tests.faults.faults import Fault
from tests.faults.load import Agent, load
from tests.running_stack import Stack

_PROCESSES, _PARTITIONS = 3, 6
# So often every key gets a value.
_PAUSE_S = 0.1
# What is told after a round's faults, so that whoever came back has something to do.
_MORE = 10
_RECOVERY_S = 180


@dataclass(frozen=True, slots=True)
class Round:
    """What was done, and what is wrong with what was written."""

    number: int
    faults: tuple[str, ...]
    audited: rounds.Round
    wrong: tuple[str, ...]
    counted: int
    kills: Mapping[str, int]
    seconds: float

    @property
    def is_proven(self) -> bool:
        """Tell whether nothing was lost, doubled or put out of order in either store."""
        return self.audited.is_proven and not self.wrong

    @property
    def details(self) -> dict[str, Any]:
        """Return the whole verdict, as JSON takes it."""
        return {"audited": self.audited.details, "counted": self.wrong}

    @property
    def totals(self) -> dict[str, int]:
        """Return what was counted since the beginning."""
        return {
            **{f"killed {name}": times for name, times in sorted(self.kills.items())},
            "kills that met somebody": sum(self.kills.values()),
            "events counted": self.counted,
            **self.audited.totals,
        }

    def __str__(self) -> str:
        told = "; ".join(self.wrong) or f"{self.counted} counted once each, in order"
        return f"{self.audited}\n      {told}, {self.seconds:5.1f} s in all"


@dataclass(frozen=True, slots=True)
class Consumers:
    """Consumers at work on ``stack`` while people are."""

    stack: Stack
    agent: Agent
    processes: AtWork
    tell_more: Callable[[], int]
    faults: Mapping[str, Fault]

    def play(self, seed: int, number: int, names: tuple[str, ...]) -> Round:
        """Do the faults of ``names`` at random moments, let all recover, and look."""
        begun = time.monotonic()
        audited = rounds.play(self.stack, self.agent, seed, number, names, self.faults)
        told, counted = self.tell_more(), self.processes.counted
        self.stack.wait_until(lambda: counted.is_done(told), timeout_s=_RECOVERY_S)
        wrong, kills = tuple(counted.wrong(told)), dict(self.processes.kills)
        return Round(number, names, audited, wrong, told * KEYS, kills, time.monotonic() - begun)


@contextmanager
def at_work(stack: Stack, seed: int) -> Iterator[Consumers]:
    """Have people, and whoever reads what they do, at work for the time of the block.

    What was told is counted once more when all have drained: nothing comes late.
    """
    counted = Counted(stack, stack.home / "counted.log", _PROCESSES, _PARTITIONS)
    counted.lanes, counted.stumbles = 2, "77"
    processes = AtWork(counted)
    try:
        with load(stack, seed) as agent, _told(stack, counted) as tell_more:
            agent.wait_for_more()
            stack.wait_until(lambda: counted.is_done(1), timeout_s=_RECOVERY_S)
            yield Consumers(stack, agent, processes, tell_more, faults(processes))
        stack.wait_until(lambda: counted.is_done(counted.told), timeout_s=_RECOVERY_S)
        assert processes.stop() == 0, counted.log
        assert not counted.wrong(counted.told), counted.wrong(counted.told)
        assert len(counted.done()) == counted.told * KEYS
    finally:
        processes.stop()
        counted.remove()


@contextmanager
def _told(stack: Stack, counted: Counted) -> Iterator[Callable[[], int]]:
    is_over = threading.Event()

    def tell() -> None:
        while not is_over.wait(_PAUSE_S):
            # A broker that is away takes it when it is back.
            counted.tell(1, _RECOVERY_S)

    def more() -> int:
        wanted = counted.told + _MORE
        stack.wait_until(lambda: counted.told >= wanted, timeout_s=_RECOVERY_S)
        return counted.told

    thread = threading.Thread(target=tell)
    thread.start()
    try:
        yield more
    finally:
        is_over.set()
        thread.join()
