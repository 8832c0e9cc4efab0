"""Rounds of faults while letters are written, and the count after each and at the end.

Enters: a stack. Leaves: for each round what was done, and the verdict. The same seed does the same
to the same parts in the same order. Letters that were refused, or wait for others, take minutes:
the next round's faults meet them, and what is missing is counted when all is quiet in the end.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

import psycopg

from stack.environment import ROOT
from stack.readiness import wait
from tests.faults.letters import mornings
from tests.faults.letters.counting import Verdict, count
from tests.faults.letters.faults import FAULTS
from tests.faults.letters.flags import give_all
from tests.running_stack import Stack, clean_environment

# Homes a second; each has three keepers.
_RATE = 1.5
_RECOVERY_S = 120
# Refused letters wait up to some minutes, and what a killed consumer had read is read again.
_SETTLED_S = 420


@dataclass(frozen=True, slots=True)
class Round:
    """What was done, and what was counted after it."""

    number: int
    faults: tuple[str, ...]
    verdict: Verdict
    seconds: float
    is_last: bool = False

    @property
    def is_proven(self) -> bool:
        """Tell whether nobody got anything twice or unasked and, in the end, all they had to."""
        return self.verdict.is_proven or (not self.is_last and self.verdict.is_clean)

    @property
    def details(self) -> dict[str, Any]:
        """Return the whole verdict, as JSON takes it."""
        return asdict(self.verdict)

    @property
    def totals(self) -> dict[str, int]:
        """Return what was counted since the beginning."""
        told = ("refused", "returned", "unknown")
        counts = {f"of them {name}": getattr(self.verdict, name) for name in told}
        return {"letters": self.verdict.expected, **counts}

    def __str__(self) -> str:
        done = "; ".join(self.faults) or "all is quiet"
        return f"{self.number:4}  {self.verdict}  {self.seconds:5.1f} s  {done}"


@contextmanager
def town(stack: Stack, seed: int) -> Iterator[None]:
    """Have the town live for the time of the block, half of its letters the service's."""
    # Nobody gives letters to a service that is still reading what there is.
    stack.wait_until(lambda: _knows_all_homes(stack), timeout_s=_SETTLED_S)
    give_all(stack, 50)
    before = count(stack).arrived
    log = (stack.home / "town.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.letters.town", str(seed), str(_RATE)],
        cwd=ROOT,
        env=clean_environment() | stack.environment() | {"DEBUG": "true"},
        stdout=log,
        stderr=log,
    )
    try:
        stack.wait_until(lambda: count(stack).arrived > before, timeout_s=_RECOVERY_S)
        yield
        assert process.poll() is None, (stack.home / "town.log").read_text()[-2000:]
    finally:
        process.kill()
        process.wait()
        log.close()
        give_all(stack, 0)


def _knows_all_homes(stack: Stack) -> bool:
    values, counted = stack.environment(), "SELECT count(*) FROM "
    with (
        psycopg.connect(values["MONOLITH_DATABASE_URL"]) as monolith,
        psycopg.connect(values["NOTIFICATIONS_DATABASE_URL"]) as service,
    ):
        there = monolith.execute(counted + "listings_listing").fetchall()
        return there == service.execute(counted + "notifications_home").fetchall()


def play(stack: Stack, seed: int, number: int, faults: tuple[str, ...]) -> Round:
    """Do ``faults`` at random moments while the town lives."""
    chance = Random(f"{seed}/{number}")
    begun = time.monotonic()
    for name in faults:
        # The moment is the test: nothing is waited for, so it may hit the last recovery.
        time.sleep(chance.uniform(0.0, 3.0))
        FAULTS[name](stack, chance)
    stack.wait_until(stack.is_ready, timeout_s=_RECOVERY_S)
    return Round(number, faults, count(stack), time.monotonic() - begun)


def settle(stack: Stack, number: int) -> Round:
    """Count when nothing is open or missing any more, or it was waited long enough."""
    begun = time.monotonic()

    def is_done() -> bool:
        mornings.let_come(stack.environment())
        verdict = count(stack)
        return not verdict.open and not verdict.missing

    wait(is_done, _SETTLED_S, interval_s=3)
    return Round(number, (), count(stack), time.monotonic() - begun, is_last=True)
