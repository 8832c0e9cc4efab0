"""An open-loop writer: price changes at a fixed rate, whatever the line makes of them.

Enters: listings and a rate. Leaves: for each change the listing, the version it got, its
price, and when its commit returned. The monolith's own service does the writing.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

_THREADS = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One committed change; ``late_ms`` is how far behind its schedule it began."""

    listing: int
    version: int
    price: int
    committed_at: float
    late_ms: float


def set_up_monolith(environment: Mapping[str, str], settings: str = "monolith.settings") -> None:
    """Make this process one of the stack's monolith, so that its services can be called."""
    os.environ.update(environment, DJANGO_SETTINGS_MODULE=settings)
    import django

    django.setup()


def listings_for_sale(number: int) -> list[tuple[int, int]]:
    """Return (id, price) of that many listings."""
    from monolith.listings.models import Listing

    rows = Listing.objects.filter(status="active").order_by("-id")
    return list(rows.values_list("id", "price")[:number])


def write(
    listings: Sequence[tuple[int, int]],
    rate: int,
    seconds: float,
    first_step: int,
    tell: Callable[[Change], None],
) -> list[Change]:
    """Raise one price after the other, ``rate`` a second; ``tell`` hears of each commit."""
    total = int(rate * seconds)
    begun = time.monotonic() + 0.1
    changes: list[Change] = []
    kept = threading.Lock()

    def change(number: int) -> None:
        due = begun + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        late_ms = (time.monotonic() - due) * 1000
        listing, price = listings[number % len(listings)]
        step = first_step + number // len(listings)
        made = _reprice(listing, price + step, late_ms)
        with kept:
            changes.append(made)
        tell(made)

    with ThreadPoolExecutor(_THREADS, initializer=_own_connection) as pool:
        list(pool.map(change, range(total)))
        list(pool.map(_close, range(_THREADS)))
    return changes


def _reprice(listing: int, price: int, late_ms: float) -> Change:
    from monolith.listings import services

    saved: Any = services.reprice(listing, price)
    return Change(listing, saved.version, price, time.monotonic(), late_ms)


def _own_connection() -> None:
    from django.db import connection

    connection.ensure_connection()


def _close(_: int) -> None:
    from django.db import connection

    connection.close()
