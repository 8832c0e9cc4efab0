"""Believable traffic at a fixed rate, whatever the site makes of it.

Enters: a rate, a duration, a seed. Leaves: deeds on the running site and a summary of them.
The same seed draws the same deeds on the same homes in the same order.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Lock

import httpx
from django.db import connection

from cdc.outbox.context import because
from monolith.listings.models import LISTED, Listing
from monolith.traffic.actions import DEEDS, Deed, Scene

_THREADS = 8


@dataclass
class Summary:
    """How many deeds of each kind were done, how long they took in ms, what went wrong."""

    took_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _kept: Lock = field(default_factory=Lock)

    def done(self, deed: str, took_ms: float) -> None:
        """Count a deed."""
        with self._kept:
            self.took_ms[deed].append(took_ms)

    def failed(self, deed: str, error: Exception) -> None:
        """Count a failure with its reason."""
        with self._kept:
            self.failures[deed].append(f"{type(error).__name__}: {error}")

    def lines(self) -> Iterator[str]:
        """Yield a line a deed: its count, its median and its 95th percentile."""
        for deed, took in sorted(self.took_ms.items()):
            ranked = sorted(took)
            p50, p95 = (ranked[len(ranked) * p // 100] for p in (50, 95))
            yield f"{deed:16} {len(ranked):7} done   p50 {p50:7.1f} ms   p95 {p95:7.1f} ms"
        for deed, reasons in sorted(self.failures.items()):
            yield f"{deed:16} {len(reasons):7} failed, the last: {reasons[-1]}"


def draw(rate: float, seconds: float, seed: int) -> list[tuple[Deed, int]]:
    """Return the deeds to do, each with a seed of its own."""
    chance = Random(seed)
    deeds = chance.choices(list(DEEDS), weights=list(DEEDS.values()), k=round(rate * seconds))
    return [(deed, chance.getrandbits(32)) for deed in deeds]


def run(url: str, rate: float, seconds: float, seed: int) -> Summary:
    """Do them, starting one every 1/rate seconds; return when the last is done."""
    summary = Summary()
    homes = tuple(
        Listing.objects.filter(status__in=LISTED).order_by("-id").values_list("id", flat=True)
    )
    begun = time.monotonic()
    with httpx.Client(base_url=url, timeout=30) as browser, ThreadPoolExecutor(_THREADS) as pool:
        for number, (deed, own_seed) in enumerate(draw(rate, seconds, seed)):
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            pool.submit(_do, deed, Scene(Random(own_seed), browser, homes), summary)
        # One for each thread: a connection belongs to the thread that opened it.
        list(pool.map(lambda _: connection.close(), range(_THREADS)))
    return summary


def _do(deed: Deed, scene: Scene, summary: Summary) -> None:
    begun = time.monotonic()
    try:
        # Each deed on its own, as a request of its own would be.
        with because(f"command: simulate {deed.__name__}", actor="system"):
            deed(scene)
    # One deed that fails, whatever the reason, must not end the traffic.
    except Exception as error:
        summary.failed(deed.__name__, error)
        # After a database that was away the thread's connection is of no more use.
        connection.close_if_unusable_or_obsolete()
    else:
        summary.done(deed.__name__, (time.monotonic() - begun) * 1000)
