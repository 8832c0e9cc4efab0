"""What is done to consumers and to what they stand on, as data: most of it is `kill -9`.

Enters: a stack, `counted` at work on it, and a source of chance. Leaves: a fault; none waits for
the line to be well again. The search's consumer keeps its offsets in an index directory, `counted`
in PostgreSQL in the transaction of its effect: both kinds of store are hit.
"""

import subprocess
import time
from functools import partial
from random import Random

import psutil

from tests.consumers.runtime.counted.running import Counted
from tests.faults.faults import Fault, kill
from tests.running_stack import Stack

_KILLED = ("search-consumer", "search-web", "kafka", "postgres")
# A process drains for thirty seconds at most, and its parent waits a little longer.
_DRAINED_S = 60


class AtWork:
    """`counted` and its processes, begun anew whenever all of them were ended."""

    def __init__(self, counted: Counted) -> None:
        self.counted = counted
        self._parent = counted.start()

    def kill_one(self, stack: Stack, chance: Random) -> None:
        """End one of the processes that share the partitions without a word."""
        for process in self._one(chance):
            process.kill()

    def hold_one(self, stack: Stack, chance: Random) -> None:
        """Stop one in the middle of whatever it does; its session may end meanwhile."""
        held = self._one(chance)
        for process in held:
            process.suspend()
        time.sleep(chance.choice((0.3, 1.0, 9.0)))
        for process in held:
            process.resume()

    def kill_all(self, stack: Stack, chance: Random) -> None:
        """End the parent and its processes without a word, and begin anew."""
        children = psutil.Process(self._parent.pid).children()
        # The parent first: it would begin its children again.
        self._parent.kill()
        for process in children:
            process.kill()
        self._parent.wait()
        self._parent = self.counted.start()

    def drain(self, stack: Stack, chance: Random) -> None:
        """End all of them in good order, as a deployment does, and begin anew."""
        self.stop()
        self._parent = self.counted.start()

    def stop(self) -> None:
        """End all of them in good order; raises when they do not end in time."""
        self._parent.terminate()
        try:
            self._parent.wait(_DRAINED_S)
        except subprocess.TimeoutExpired:
            self._parent.kill()
            raise

    def _one(self, chance: Random) -> list[psutil.Process]:
        # None while all of them come back from an earlier fault.
        children = psutil.Process(self._parent.pid).children()
        return [chance.choice(children)] if children else []


NAMES = (
    *(f"kill {name}" for name in (*_KILLED, "one that counts", "another that counts")),
    *("kill all that count", "hold one that counts", "drain all that count"),
)


def faults(at_work: AtWork) -> dict[str, Fault]:
    """Give what each of ``NAMES`` does."""
    return {
        **{f"kill {name}": partial(kill, name) for name in _KILLED},
        "kill one that counts": at_work.kill_one,
        "kill another that counts": at_work.kill_one,
        "kill all that count": at_work.kill_all,
        "hold one that counts": at_work.hold_one,
        "drain all that count": at_work.drain,
    }
