"""What `publish` adds to a transaction: the same update with and without an event, in turns.

Enters: a process that is one of the monolith's. Leaves: milliseconds added, by the medians.
"""

import statistics
import time
from collections.abc import Callable

_WARM_UP = 50


def added_ms(rounds: int) -> float:
    """Return how much longer the median transaction takes with one event."""
    from django.db import connection

    plain: list[float] = []
    telling: list[float] = []
    for number in range(rounds + _WARM_UP):
        pair = (_timed(_update), _timed(_update_and_tell))
        if number >= _WARM_UP:
            plain.append(pair[0])
            telling.append(pair[1])
    connection.close()
    return round(statistics.median(telling) - statistics.median(plain), 3)


def _timed(deed: Callable[[], None]) -> float:
    begun = time.perf_counter()
    deed()
    return (time.perf_counter() - begun) * 1000


def _update() -> None:
    from django.db import transaction

    with transaction.atomic():
        _touch()


def _update_and_tell() -> None:
    from django.db import transaction

    from cdc.contracts.events import ListingRepriced
    from cdc.outbox.publish import publish

    with transaction.atomic():
        _touch()
        # About a home that does not exist: no listing's order is disturbed.
        publish(ListingRepriced(listing_id=0, old_price=2, new_price=1), aggregate_version=1)


def _touch() -> None:
    from monolith.listings.models import Listing

    Listing.objects.filter(pk=1).update(lot_size=5000)
