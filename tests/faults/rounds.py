"""Rounds of faults under load, and the auditor's word after each.

Enters: a stack with people at work. Leaves: for each round what was done and the verdict. The
same seed does the same to the same parts in the same order.
"""

import itertools
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from cdc.contracts.topics import SEARCH_DEAD_LETTERS
from tests.faults.faults import ALONE, FAULTS, Fault, deck
from tests.faults.load import Agent
from tests.running_stack import Stack

_RECOVERY_S = 120
_EVERY = FAULTS | ALONE


@dataclass(frozen=True, slots=True)
class Round:
    """What was done, and what the auditor says of it."""

    number: int
    faults: tuple[str, ...]
    verdict: dict[str, Any]
    seconds: float

    @property
    def is_proven(self) -> bool:
        """Tell whether nothing was lost, doubled or put out of order."""
        return bool(self.verdict["exit_code"] == 0)

    @property
    def details(self) -> dict[str, Any]:
        """Return the whole verdict, as JSON takes it."""
        return self.verdict

    @property
    def totals(self) -> dict[str, int]:
        """Return what was counted since the beginning."""
        names = {"events": "events", "repetitions": "deliveries beyond the first"}
        return {told: self.verdict[name] for name, told in names.items()}

    def __str__(self) -> str:
        counts = {name: len(self.verdict[name]) for name in ("lost", "doubled", "out_of_order")}
        told = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
        return (
            f"{self.number:4}  {told}, {self.verdict['events']} events, "
            f"{self.verdict['repetitions']} delivered again, up to {self.verdict['lsn']}  "
            f"{self.seconds:5.1f} s  {'; '.join(self.faults)}"
        )


def rounds(
    seed: int, size: int, alone: Iterable[str] = (), of: Iterable[str] = FAULTS
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield numbered rounds of ``size`` faults, deck after deck, for ever.

    After each deck every fault of ``alone`` has a round.
    """
    return enumerate(_dealt(seed, size, tuple(alone), tuple(of)), start=1)


def _dealt(
    seed: int, size: int, alone: tuple[str, ...], of: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    for shuffled in itertools.count():
        names = deck(seed + shuffled, of)
        yield from (tuple(names[start : start + size]) for start in range(0, len(names), size))
        yield from ((name,) for name in alone)


def play(
    stack: Stack,
    agent: Agent,
    seed: int,
    number: int,
    faults: tuple[str, ...],
    of: Mapping[str, Fault] = _EVERY,
) -> Round:
    """Do ``faults`` at random moments, let the line recover, and audit it."""
    chance = Random(f"{seed}/{number}")
    begun = time.monotonic()
    for name in faults:
        # The moment is the test: nothing is waited for, so it may hit the last recovery.
        time.sleep(chance.uniform(0.0, 1.5))
        of[name](stack, chance)
    stack.wait_until(stack.is_ready, timeout_s=_RECOVERY_S)
    agent.wait_for_more()
    return Round(number, faults, audit(stack), time.monotonic() - begun)


def audit(stack: Stack) -> dict[str, Any]:
    """Return the auditor's verdict; what is on its way is waited for."""
    done = stack.try_manage("cdc", "audit", "--json", "--wait", "120")
    assert done.stdout, done.stderr
    verdict: dict[str, Any] = json.loads(done.stdout)
    return verdict


def dead_letters(stack: Stack) -> int:
    """Count what was put aside: a part that is away for a moment is no reason to."""
    return len(stack.records(SEARCH_DEAD_LETTERS))
