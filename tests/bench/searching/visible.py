"""How soon a committed change is found by a search, while fifty a second are committed.

Enters: a ready stack. Leaves: milliseconds from the commit to an answer of the search service that
lists the home in its new version.
"""

from typing import Any

import httpx

from tests.bench import sightings, writer
from tests.bench.figures import over_repeats, summarise
from tests.running_stack import Stack

RATE = 50
_LISTINGS = 500
# Asking costs more than the change itself, so about four a second are followed.
_EVERY = 12


def measure(stack: Stack, repeats: int, seconds: float) -> dict[str, Any]:
    """Return {"visible_ms": {"n", "p50", "p95", "p99", "spread"}}."""
    listings = writer.listings_for_sale(_LISTINGS)
    steps = 1 + int(RATE * seconds) // _LISTINGS
    runs = [_once(stack, listings, seconds, 1 + steps * turn) for turn in range(repeats)]
    return {"visible_ms": over_repeats([summarise(run) for run in runs])}


def _once(stack: Stack, listings: list[tuple[int, int]], seconds: float, step: int) -> list[float]:
    with httpx.Client(base_url=stack.url("search-web", ""), timeout=20) as search:
        sample = sightings.SampledSightings(sightings.listed(search), _EVERY)
        writer.write(listings, RATE, seconds, step, sample.tell)
        sample.close()
    return sample.latencies_ms
