"""How many decisions a second one consumer makes: who is told of a reduced home, durably.

Enters: homes, people who keep or look for them, and a reduction of each home. Leaves: the ledger's
rows a second, from the first record read to the last commit, by the service's real handlers and
the runtime's inbox in one transaction, each row's number queued in Redis after it.
"""

import json
import sys
import time
from typing import Any

import django

from tests.bench.notifying import crowd

_KEEPERS = 5


def main(searches: int, homes: int) -> None:
    """Print the figures."""
    django.setup()
    from django.core.management import call_command

    from consumers.notifications.handlers import notifications
    from consumers.notifications.ledger.models import Notification
    from consumers.runtime.testing.line import Line

    call_command("migrate", verbosity=0)
    line: Line[None] = Line(notifications)
    line.clock.move(time.time() - line.clock())
    reduced = _settle(searches, homes)
    # The first of them has the searches read.
    _tell(line, reduced[:1])
    line.run()
    before = Notification.objects.count()
    _tell(line, reduced[1:])
    begun, cpu = time.perf_counter(), time.process_time()
    line.run()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    decided = Notification.objects.count() - before
    told = {
        "decisions": decided,
        "decisions_s": round(decided / seconds),
        "an_event": round(decided / (homes - 1), 1),
        "cpu_us": round(cpu / decided * 1e6, 1),
    }
    print(json.dumps(told))


def _settle(searches: int, homes: int) -> list[Any]:
    from django.utils import timezone

    from consumers.notifications.models import Favourite, Home, SavedSearch

    every = [Home(**facts) for facts in crowd.homes(homes)]
    Home.objects.bulk_create(every)
    now = timezone.now()
    SavedSearch.objects.bulk_create(
        [
            SavedSearch(
                pk=n, account_id=n, criteria=asked, frequency="instant", version=1, since=now
            )
            for n, asked in enumerate(crowd.searches(searches), start=1)
        ],
        batch_size=1000,
    )
    Favourite.objects.bulk_create(
        Favourite(id=home.pk * _KEEPERS + n, account_id=searches + n, listing_id=home.pk, since=now)
        for home in every
        for n in range(_KEEPERS)
    )
    return every


def _tell(line: Any, homes: list[Any]) -> None:
    from cdc.contracts.events import ListingRepriced
    from cdc.contracts.handled_by import BUCKETS, Given, Stamp

    everybody = Given(((0, BUCKETS),))
    stamp = Stamp.of({"match": everybody, "price": everybody})
    for home in homes:
        line.event(ListingRepriced(home.pk, home.price + 1000, home.price), stamp=stamp)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
