"""How long a committed change takes to each hop of the line, at 20 and at 200 changes/s.

Enters: a ready stack. Leaves: milliseconds from the commit to Kafka (every change), to the
read model and to the gateway (a sample), and, for comparison in the same run, to the
monolith's own search, which has the change at once: what is left there is the cost of asking.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import httpx

from stack.visitor import Visitor
from tests.bench import sightings, writer
from tests.bench.figures import Summary, over_repeats, summarise
from tests.bench.writer import Change
from tests.running_stack import Stack

RATES = (20, 200)
_LISTINGS = 500
# Asking by HTTP costs more than the change itself, so only about four a second are followed.
_SAMPLE_PER_S = 4

Repeat = dict[str, Summary]


def measure(stack: Stack, repeats: int, seconds: float) -> dict[str, Any]:
    """Return {"rates": {rate: {hop: {"n", "p50", "p95", "p99", "spread"}}}}."""
    writer.set_up_monolith(stack.environment())
    listings = writer.listings_for_sale(_LISTINGS)
    found: dict[int, list[Repeat]] = {rate: [] for rate in RATES}
    step = 1
    # The rates take turns, so that a slow minute of the machine touches both.
    for _ in range(repeats):
        for rate in RATES:
            found[rate].append(_once(stack, listings, rate, seconds, step))
            step += 1 + int(rate * seconds) // _LISTINGS
    return {
        "rates": {
            str(rate): {hop: over_repeats([r[hop] for r in every]) for hop in every[0]}
            for rate, every in found.items()
        }
    }


def _once(
    stack: Stack, listings: Sequence[tuple[int, int]], rate: int, seconds: float, step: int
) -> Repeat:
    every = max(1, rate // _SAMPLE_PER_S)
    with ExitStack() as opened:
        search = opened.enter_context(_client(stack, "search-web"))
        monolith = opened.enter_context(_client(stack, "monolith"))
        pilot = opened.enter_context(Visitor(stack.url("gateway", "")))
        pilot.log_in("agent", "agent")
        topics = sightings.TopicSightings(stack.environment()["KAFKA_BOOTSTRAP"])
        samples = {
            "projected": sightings.SampledSightings(sightings.projected(search), every),
            "seen_at_gateway": sightings.SampledSightings(sightings.listed(pilot.http), every),
            "seen_at_monolith": sightings.SampledSightings(sightings.listed(monolith), every),
        }

        def tell(change: Change) -> None:
            for sample in samples.values():
                sample.tell(change)

        changes = writer.write(listings, rate, seconds, step, tell)
        for sample in samples.values():
            sample.close()
        stack.wait_until(lambda: len(topics.rows) >= len(changes))
        topics.close()
    return {
        "late_start": summarise([change.late_ms for change in changes]),
        "outbox_in_kafka": summarise(_latencies(changes, topics.events)),
        "row_in_kafka": summarise(_latencies(changes, topics.rows)),
        **{hop: summarise(sample.latencies_ms) for hop, sample in samples.items()},
    }


def _client(stack: Stack, service: str) -> httpx.Client:
    return httpx.Client(base_url=stack.url(service, ""), timeout=20)


def _latencies(changes: Sequence[Change], seen: dict[sightings.Key, float]) -> list[float]:
    # An event may be in Kafka before its writer's commit has returned: that is 0, not less.
    return [
        max(0.0, (seen[change.listing, change.version] - change.committed_at) * 1000)
        for change in changes
        if (change.listing, change.version) in seen
    ]


def table(outcome: dict[str, Any]) -> str:
    """Return the figures for a person."""
    lines = [f"{'commit to …, ms':22} {'n':>6} {'p50':>8} {'p95':>8} {'p99':>8}   p50 spread"]
    for rate, hops in outcome["rates"].items():
        lines.append(f"at {rate} changes/s")
        for hop, row in hops.items():
            figures = " ".join(f"{row.get(name, 0):8.1f}" for name in ("p50", "p95", "p99"))
            low, high = row["spread"].get("p50", (0, 0))
            lines.append(f"  {hop:20} {row['n']:6} {figures}   {low:.1f} to {high:.1f}")
    return "\n".join(lines)
