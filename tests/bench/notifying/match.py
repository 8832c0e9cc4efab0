"""How long one home takes to be matched with all saved searches, in a process of its own.

Enters: how many searches and homes. Leaves: milliseconds of the clock and of the processor; the
latter is the steadier figure where other programs share the cores. Nothing is asked twice.
"""

import json
import sys
import time
from typing import Any

import django

from tests.bench.figures import PERCENTILES
from tests.bench.notifying import crowd

_WARM_UP = 50


def main(searches: int, homes: int) -> None:
    """Print the figures."""
    django.setup()
    from consumers.notifications.matching.fitting import read, text_of
    from consumers.notifications.matching.shelves import Shelves
    from consumers.notifications.models import Home

    begun = time.perf_counter()
    shelves = Shelves()
    for number, asked in enumerate(crowd.searches(searches), start=1):
        shelves.put(number, read(asked))
    filled_s = time.perf_counter() - begun
    walls, cpus, found = [], [], []
    for facts in crowd.homes(_WARM_UP + homes):
        home = Home(**facts)
        wall, cpu = time.perf_counter(), time.thread_time()
        numbers = shelves.fitting(home, text_of(home))
        cpus.append((time.thread_time() - cpu) * 1000)
        walls.append((time.perf_counter() - wall) * 1000)
        found.append(len(numbers))
    told = {
        "saved_searches": len(shelves),
        "homes": homes,
        **_ranked(walls[_WARM_UP:]),
        "cpu": _ranked(cpus[_WARM_UP:]),
        "found": round(sum(found) / len(found)),
        "filled_s": round(filled_s, 1),
    }
    print(json.dumps(told))


def _ranked(samples: list[float]) -> dict[str, Any]:
    # Finer than `summarise`, whose tenths of a millisecond are a lot here.
    ranked = sorted(samples)
    return {f"p{p}": round(ranked[len(ranked) * p // 100], 3) for p in PERCENTILES}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
