"""People who keep homes or look for one, and homes that get cheaper, whatever breaks.

Enters: a stack's addresses by the environment, and a seed. Leaves: favourites, saved searches and
reductions, made by the monolith's own services in a process of its own, until it is ended. Each
home is reduced once: several reductions of one would make one letter, and nothing could be counted.
What failed is not tried again, and nothing of it is noted: whoever counts asks the database.
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
        home, price = next(homes)
        ahead.append((home, price))
        _try(partial(keepers.keep, home, chance.sample(people, _KEEPERS)))
        # Now and then somebody who keeps the home, and hears of it once all the same.
        _try(partial(keepers.look_for, price - _REDUCTION, chance.choice(people)))
        if len(ahead) > _AHEAD:
            _try(partial(_reduce, *ahead.pop(0)))
            time.sleep(max(0.0, begun + (count - _AHEAD) / rate - time.monotonic()))


def _reduce(home: int, price: int) -> None:
    from monolith.listings import services

    services.reprice(home, price - _REDUCTION)


def _try(act: Callable[[], Any]) -> None:
    from django.db import InterfaceError, OperationalError, connection

    from monolith.errors import TooManySearches

    try:
        act()
    except TooManySearches:
        # They hear of what they looked for before.
        return
    except (OperationalError, InterfaceError):
        # The database is away for a moment; whether it took the change, it will say itself.
        connection.close()
        time.sleep(0.2)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
