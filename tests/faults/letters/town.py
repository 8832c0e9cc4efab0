"""People who keep homes, and homes that get cheaper one after the other, whatever breaks.

Enters: a stack's addresses by the environment, and a seed. Leaves: favourites and reductions, made
by the monolith's own services in a process of its own, until it is ended. Each home is reduced
once: several reductions of one would make one letter, and nothing could be counted. What failed
is not tried again, and nothing of it is noted: whoever counts asks the database what it took.
"""

import itertools
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

from tests.bench.notifying import keepers
from tests.bench.writer import set_up_monolith

_PEOPLE = 24
_KEEPERS = 3
_HOMES = 8_000
_REDUCTION = 137
# So many homes are kept before the first of them gets cheaper.
_AHEAD = 20


def main(seed: int, rate: float) -> None:
    """Reduce ``rate`` homes a second for ever."""
    set_up_monolith(os.environ)
    chance = Random(seed)
    people = keepers.people(_PEOPLE)
    homes = iter(keepers.homes(_HOMES))
    ahead: list[tuple[int, int]] = []
    begun = time.monotonic()
    for count in itertools.count():
        ahead.append(next(homes))
        _try(partial(keepers.keep, ahead[-1][0], chance.sample(people, _KEEPERS)))
        if len(ahead) > _AHEAD:
            _try(partial(_reduce, *ahead.pop(0)))
            time.sleep(max(0.0, begun + (count - _AHEAD) / rate - time.monotonic()))


def _reduce(home: int, price: int) -> None:
    from monolith.listings import services

    services.reprice(home, price - _REDUCTION)


def _try(act: Callable[[], Any]) -> None:
    from django.db import InterfaceError, OperationalError, connection

    try:
        act()
    except (OperationalError, InterfaceError):
        # The database is away for a moment; whether it took the change, it will say itself.
        connection.close()
        time.sleep(0.2)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
