"""What is done to consumers and to what they stand on, as data: most of it is `kill -9`.

Enters: a stack, `counted` at work on it, and a source of chance. Leaves: a fault; none waits for
the line to be well again. The search's consumer keeps its offsets in an index directory, `counted`
in PostgreSQL in the transaction of its effect: both kinds of store are hit. Some kills come at any
moment; the others at a step of the loop, where the process that comes to it first dies.
"""

import subprocess
import time
from collections import Counter
from functools import partial
from random import Random

import psutil

from consumers.runtime.faults import Step
from stack.readiness import wait
from tests.consumers.runtime.counted.running import Counted
from tests.faults.faults import Fault, hold, signalled
from tests.running_stack import Stack

_KILLED = ("search-consumer", "search-web", "kafka", "postgres")
_STEPS: tuple[Step, ...] = (
    *("taken", "read", "remembered", "handled", "parked", "applied", "settled", "committed"),
)
# A process drains for thirty seconds at most, and its parent waits a little longer.
_DRAINED_S = 60
# Whoever is begun again waits up to half a minute for that, when it died often.
_REACHED_S = 45


class AtWork:
    """`counted` and its processes, begun anew whenever all of them were ended."""

    def __init__(self, counted: Counted) -> None:
        self.counted = counted
        # How often a kill met somebody, by its name.
        self.kills: Counter[str] = Counter()
        self._parent = counted.start()

    def kill_service(self, name: str, stack: Stack, chance: Random) -> None:
        """End one of the stack's services; one that is still coming back is let be."""
        hit = [signalled(process, process.kill) for process in stack.family(name)]
        self.kills[name] += any(hit)

    def kill_one(self, stack: Stack, chance: Random) -> None:
        """End one of the processes that share the partitions without a word."""
        hit = [signalled(process, process.kill) for process in self._one(chance)]
        self.kills["one that counts"] += any(hit)

    def kill_all(self, stack: Stack, chance: Random) -> None:
        """End the parent and its processes without a word, and begin anew."""
        children = psutil.Process(self._parent.pid).children()
        # The parent first: it would begin its children again.
        self._parent.kill()
        hit = [signalled(process, process.kill) for process in children]
        self.kills["all that count"] += any(hit)
        self._parent.wait()
        self._parent = self.counted.start()

    def kill_at(self, step: Step, stack: Stack, chance: Random) -> None:
        """Let whoever comes to ``step`` next end there without a word."""
        order = self.counted.die_at(step)
        self.kills[f"at {step}"] += wait(lambda: not order.exists(), _REACHED_S, interval_s=0.05)
        order.unlink(missing_ok=True)

    def hold_one(self, stack: Stack, chance: Random) -> None:
        """Stop one in the middle of whatever it does; its session may end meanwhile."""
        held = self._one(chance)
        for process in held:
            signalled(process, process.suspend)
        time.sleep(chance.choice((0.3, 1.0, 9.0)))
        for process in held:
            signalled(process, process.resume)

    def drain(self, stack: Stack, chance: Random) -> None:
        """End all of them in good order, as a deployment does, and begin anew."""
        self.stop()
        self._parent = self.counted.start()

    def stop(self) -> int:
        """End all of them in good order and return the exit code; raises when it takes too long."""
        self._parent.terminate()
        try:
            return self._parent.wait(_DRAINED_S)
        except subprocess.TimeoutExpired:
            self._parent.kill()
            raise

    def _one(self, chance: Random) -> list[psutil.Process]:
        parent = psutil.Process(self._parent.pid)
        wait(lambda: bool(parent.children()), _REACHED_S)
        children = parent.children()
        return [chance.choice(children)] if children else []


NAMES = (
    *(f"kill {name}" for name in (*_KILLED, "one that counts", "another that counts")),
    *(f"kill whoever comes to {step}" for step in _STEPS),
    *("kill all that count", "hold one that counts", "drain all that count"),
    *("hold postgres", "hold kafka"),
)


def faults(at_work: AtWork) -> dict[str, Fault]:
    """Give what each of ``NAMES`` does."""
    return {
        **{f"kill {name}": partial(at_work.kill_service, name) for name in _KILLED},
        **{f"kill whoever comes to {step}": partial(at_work.kill_at, step) for step in _STEPS},
        "kill one that counts": at_work.kill_one,
        "kill another that counts": at_work.kill_one,
        "kill all that count": at_work.kill_all,
        "hold one that counts": at_work.hold_one,
        "drain all that count": at_work.drain,
        **{f"hold {name}": partial(hold, name) for name in ("postgres", "kafka")},
    }
