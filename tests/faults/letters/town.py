"""People who keep homes, look for them and ask about them, and homes that get cheaper, whatever
breaks.

Enters: a stack's addresses by the environment, and a seed. Leaves: favourites, saved searches,
reductions, enquiries, viewings and times at which overviews are due, made by the monolith's own
services in a process of its own, until it is ended. Each home is reduced once: several reductions
of one would make one letter, and nothing could be counted. What failed is not tried again, and
nothing of it is noted: whoever counts asks the database.
"""

import itertools
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from random import Random

from tests.bench.notifying import keepers
from tests.bench.writer import set_up_monolith
from tests.faults.letters import mornings, visits

PEOPLE = 24
_KEEPERS = 3
# So many of the people want overviews.
_FOLLOWERS = 8
_HOMES = 8_000
_REDUCTION = 137
# So many homes are kept before the first of them gets cheaper.
_AHEAD = 20
# An overview is due after so many homes.
_A_SLOT = 20


class Town:
    """What goes on, home by home."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._people = keepers.people(PEOPLE)
        self._homes = iter(keepers.homes(_HOMES))
        self._ahead: list[tuple[int, int]] = []
        self._viewings: list[int] = []
        for person in self._people[:_FOLLOWERS]:
            keepers.follow(person)

    def live(self, count: int) -> None:
        """Let the next home be kept, asked about or seen, and the one before them get cheaper."""
        home, price = next(self._homes)
        self._ahead.append((home, price))
        _try(partial(keepers.keep, home, self._chance.sample(self._people, _KEEPERS)))
        somebody = self._chance.choice(self._people)
        # Now and then somebody who keeps the home, and hears of it once all the same.
        _try(partial(keepers.look_for, price - _REDUCTION, somebody))
        if len(self._ahead) > _AHEAD:
            self._go_on(count, home, somebody)

    def _go_on(self, count: int, home: int, somebody: int) -> None:
        _try(partial(_reduce, *self._ahead.pop(0)))
        match count % 4:
            case 0:
                _try(partial(visits.ask, home, somebody))
            case 1:
                _try(lambda: self._viewings.append(visits.book(home, somebody)))
            case 3 if self._viewings:
                _try(partial(visits.call_off, self._viewings.pop(0)))
        if count % _A_SLOT == 0:
            _try(_open_overview)
            mornings.let_come(os.environ)


def main(seed: int, rate: float) -> None:
    """Reduce ``rate`` homes a second for ever."""
    set_up_monolith(os.environ)
    town, begun = Town(seed), time.monotonic()
    for count in itertools.count():
        town.live(count)
        time.sleep(max(0.0, begun + (count - _AHEAD) / rate - time.monotonic()))


def _reduce(home: int, price: int) -> None:
    from monolith.listings import services

    services.reprice(home, price - _REDUCTION)


def _open_overview() -> None:
    from django.utils import timezone

    from monolith.alerts import digests

    digests.opened("daily", timezone.now())


def _try(act: Callable[[], object]) -> None:
    from django.db import InterfaceError, OperationalError, connection

    from monolith.errors import TooManySearches, ViewingError

    try:
        act()
    except (TooManySearches, ViewingError):
        # They hear of what they looked for before, and see what they asked to see.
        return
    except (OperationalError, InterfaceError):
        # The database is away for a moment; whether it took the change, it will say itself.
        connection.close()
        time.sleep(0.2)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
