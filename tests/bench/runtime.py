"""Our consumer runtime beside its peers: the same topic, records, handler and durability.

Enters: a ready stack. Leaves: events a second of each candidate, which take turns; how many are
left with inbox and read model in PostgreSQL, and how long a batch takes there from being read to
its commit; how soon the search's read model is built anew; memory over a million events.
"""

import statistics
import tempfile
import uuid
from typing import Any

from tests.bench.candidates import Run, consume, over_runs, run
from tests.bench.database import own_database
from tests.bench.figures import over_repeats
from tests.bench.prefilled import prefilled
from tests.running_stack import Stack

EVENTS = 200_000
MANY_EVENTS = 1_000_000
_NOOP, _POSTGRES = "own.noop", "own.postgres"
_PEERS = ("confluent_loop", "arroyo", "faststream", "quixstreams")


def measure(stack: Stack, repeats: int, _: float) -> dict[str, Any]:
    """Return the figures; each rate with its spread over the repeats."""
    found = _side_by_side(stack, repeats)
    noop, postgres = (over_runs(found[module]) for module in (_NOOP, _POSTGRES))
    return {
        "events": EVENTS,
        "noop_events_s": noop["events_s"],
        "postgres_events_s": postgres["events_s"],
        **_rebuild(stack, repeats),
        "p99_handle_ms": over_repeats([each["handle_ms"] for each in found[_POSTGRES]])["p99"],
        "noop": noop,
        "postgres": postgres,
        "peers": {name: over_runs(found[f"peers.{name}"]) for name in _PEERS},
        "rss_mb": _memory(stack),
    }


def _side_by_side(stack: Stack, repeats: int) -> dict[str, list[Run]]:
    modules = (_NOOP, *(f"peers.{name}" for name in _PEERS), _POSTGRES)
    found: dict[str, list[Run]] = {module: [] for module in modules}
    with (
        prefilled(stack.environment()["KAFKA_BOOTSTRAP"], EVENTS) as topic,
        own_database(stack) as database,
    ):
        settings = {
            "DJANGO_SETTINGS_MODULE": "tests.bench.own.settings",
            "BENCH_DATABASE_URL": database,
        }
        # They take turns, so that a slow minute of the machine touches them all.
        for _ in range(repeats):
            for module, runs in found.items():
                runs.append(consume(module, topic, settings))
    return found


def _rebuild(stack: Stack, repeats: int) -> dict[str, Any]:
    runs = [_rebuild_once(stack) for _ in range(repeats)]
    seconds = sorted(each["seconds"] for each in runs)
    median = statistics.median(seconds)
    return {
        "rebuild_listings_s": round(runs[0]["listings"] / median),
        "rebuild": {
            "listings": runs[0]["listings"],
            "seconds": round(median, 1),
            "spread": [round(seconds[0], 1), round(seconds[-1], 1)],
        },
    }


def _rebuild_once(stack: Stack) -> Run:
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        own = {
            "DJANGO_SETTINGS_MODULE": "consumers.search.settings",
            "SEARCH_INDEX_DIR": f"{folder}/index",
            "SEARCH_GROUP": f"bench-{uuid.uuid4().hex[:8]}",
        }
        return run("own.rebuild", {**stack.environment(), **own})


def _memory(stack: Stack) -> dict[str, float]:
    with prefilled(stack.environment()["KAFKA_BOOTSTRAP"], MANY_EVENTS) as topic:
        told: dict[str, float] = consume(_NOOP, topic, {})["rss_mb"]
    return told


def table(outcome: dict[str, Any]) -> str:
    """Return the figures for a person."""
    rows = {"banyan": outcome["noop"], **outcome["peers"], "in PostgreSQL": outcome["postgres"]}
    lines = [f"{'':16} {'events/s':>9} {'from':>8} {'to':>8} {'CPU us':>7}   guarantee"]
    for name, row in rows.items():
        low, high = row["spread"]
        lines.append(
            f"{name:16} {row['events_s']:9,} {low:8,} {high:8,} {row['cpu_us']:7}"
            f"   {row['guarantee']}"
        )
    rebuild, rss = outcome["rebuild"], outcome["rss_mb"]
    lines += [
        f"in PostgreSQL a batch is committed {outcome['p99_handle_ms']} ms (p99) after it was read",
        f"{rebuild['listings']:,} listings searchable again in {rebuild['seconds']} s",
        f"{rss['start']} MB after warm-up, {rss['end']} MB after {MANY_EVENTS:,} events",
    ]
    return "\n".join(lines)
