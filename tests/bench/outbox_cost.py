"""What `publish` adds to a transaction: the same update with and without an event, in turns.

Enters: a stack and a process that is one of its monolith's. Leaves: milliseconds added, by the
medians, while the capture is at rest and while it works on the same cores; beside them what one
empty statement takes there and back, which no outbox in a table can do without.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from cdc.connect.client import ConnectClient
from cdc.connect.connectors import OUTBOX_CONNECTOR, TABLES_CONNECTOR
from tests.running_stack import Stack

_WARM_UP = 50
_REST_TIMEOUT_S = 60


class Cost(NamedTuple):
    """Milliseconds: what an event adds to a transaction, and an empty statement."""

    added: float
    statement: float


@contextmanager
def capture_at_rest(stack: Stack) -> Iterator[None]:
    """Stop both connectors; they go on from where they were."""
    connectors = (OUTBOX_CONNECTOR, TABLES_CONNECTOR)
    with closing(ConnectClient(stack.url("connect", ""))) as client:
        try:
            for name in connectors:
                client.stop(name)
                client.wait_until(name, "STOPPED", _REST_TIMEOUT_S)
            yield
        finally:
            for name in connectors:
                client.resume(name)
                client.wait_until_running(name, _REST_TIMEOUT_S)


def cost(rounds: int) -> Cost:
    """Compare the medians of as many transactions of either kind."""
    from django.db import connection

    deeds = (_update, _update_and_tell, _ask_nothing)
    taken: list[tuple[float, ...]] = []
    for number in range(rounds + _WARM_UP):
        each = tuple(_timed(deed) for deed in deeds)
        if number >= _WARM_UP:
            taken.append(each)
    connection.close()
    plain, telling, statement = (statistics.median(every) for every in zip(*taken, strict=True))
    return Cost(round(telling - plain, 3), round(statement, 3))


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


def _ask_nothing() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _touch() -> None:
    from monolith.listings.models import Listing

    Listing.objects.filter(pk=1).update(lot_size=5000)
