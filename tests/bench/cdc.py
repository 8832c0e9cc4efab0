"""The capture alone: commit to Kafka, three ways side by side, and how fast a backlog goes.

Enters: a ready stack. Leaves: milliseconds from the commit to a readable record at 50 and 500
commits a second, tuned, exactly-once and by Debezium's defaults; rows a second sustained, and
seconds to catch up, from a backlog as ten minutes at 500 commits a second leave, until who reads
along has every row; what the outbox adds to a transaction; rows a second that a consumer decodes.
"""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from tests.bench import arrivals, commits, outbox_cost, writer
from tests.bench.captures import MODES, Mode, capture
from tests.bench.decoding import decode_rows_s
from tests.bench.figures import Summary, over_repeats, summarise
from tests.bench.outbox_cost import Cost
from tests.bench.stacks import own_stack
from tests.running_stack import Stack

RATES = (50, 500)
BACKLOG = 300_000
_OUTBOX_ROUNDS = 1000
_NAMES: dict[Mode, str] = {
    "tuned": "latency_ms",
    "eos": "latency_eos_ms",
    "default": "debezium_default_ms",
}


class _CatchUp(NamedTuple):
    """From the resume to the last row read; rows a second from the first to the last."""

    seconds: float
    rows_s: float
    repetitions: int


def latencies(stack: Stack, repeats: int, seconds: float) -> dict[str, Any]:
    """Return milliseconds from commit to record, by way and rate, each with its spread."""
    found: dict[Mode, dict[int, list[Summary]]] = {m: {r: [] for r in RATES} for m in MODES}
    # A worker writes everything in transactions, or nothing: exactly-once needs its own.
    with own_stack({"CAPTURE_EXACTLY_ONCE": "true"}) as in_transactions:
        # The ways take turns, so that a slow minute of the machine touches them all.
        for _ in range(repeats):
            for mode in MODES:
                measured = in_transactions if mode == "eos" else stack
                for rate, summary in _latencies(measured, mode, seconds).items():
                    found[mode][rate].append(summary)
    return {
        _NAMES[mode]: {str(rate): over_repeats(every) for rate, every in by_rate.items()}
        for mode, by_rate in found.items()
    }


def backlog(stack: Stack, repeats: int, _: float) -> dict[str, Any]:
    """Return how fast a backlog is caught up."""
    return _over_backlogs([_catch_up(stack) for _ in range(repeats)])


def outbox(stack: Stack, repeats: int, _: float) -> dict[str, Any]:
    """Return what an event adds to a transaction, with the capture at rest and at work."""
    writer.set_up_monolith(stack.environment())
    resting, busy = [], []
    for _repeat in range(repeats):
        with outbox_cost.capture_at_rest(stack):
            resting.append(outbox_cost.cost(_OUTBOX_ROUNDS))
        busy.append(outbox_cost.cost(_OUTBOX_ROUNDS))
    return _over_costs(resting, busy)


def decoding(_: Stack, repeats: int, __: float) -> dict[str, Any]:
    """Return how many rows one core decodes in a second."""
    found = decode_rows_s(repeats)
    return {
        "decode_rows_s": found["decode_rows_s"],
        "decode_spread_rows_s": found["spread"],
    }


PARTS = {"latency": latencies, "backlog": backlog, "outbox": outbox, "decode": decoding}


def _latencies(stack: Stack, mode: Mode, seconds: float) -> dict[int, Summary]:
    values = stack.environment()
    with (
        capture(stack, mode) as running,
        closing(arrivals.Arrivals(values["KAFKA_BOOTSTRAP"], running.topic)) as seen,
    ):
        # The first rows find everything cold: class loading is not what is measured.
        commits.at_rate(values["MONOLITH_DATABASE_URL"], 200, 2)
        summaries = {}
        for rate in RATES:
            moments = commits.at_rate(values["MONOLITH_DATABASE_URL"], rate, seconds)
            read = zip(seen.wait_for(moments), moments.values(), strict=True)
            summaries[rate] = summarise([max(0.0, there - gone) * 1000 for there, gone in read])
    return summaries


def _catch_up(stack: Stack) -> _CatchUp:
    """Let a backlog gather while nobody reads, and read along as it is caught up."""
    values = stack.environment()
    with (
        capture(stack, "tuned") as running,
        closing(arrivals.Arrivals(values["KAFKA_BOOTSTRAP"], running.topic)) as seen,
    ):
        running.leave()
        rows = commits.backlog(values["MONOLITH_DATABASE_URL"], BACKLOG)
        begun = time.monotonic()
        running.resume()
        read = seen.wait_for(rows)
    first, last = min(read), max(read)
    return _CatchUp(last - begun, len(rows) / (last - first), seen.repetitions)


def _over_backlogs(every: Sequence[_CatchUp]) -> dict[str, Any]:
    seconds = [round(each.seconds, 1) for each in every]
    rates = [round(each.rows_s) for each in every]
    return {
        "backlog_rows": BACKLOG,
        "catch_up_s": statistics.median(seconds),
        "catch_up_spread_s": [min(seconds), max(seconds)],
        "sustained_rows_s": statistics.median(rates),
        "sustained_spread_rows_s": [min(rates), max(rates)],
        "backlog_read_again": max(each.repetitions for each in every),
    }


def _over_costs(resting: Sequence[Cost], busy: Sequence[Cost]) -> dict[str, Any]:
    added, beside = [each.added for each in resting], [each.added for each in busy]
    return {
        # The write alone; what the capture takes of two cores meanwhile is the second figure.
        "outbox_added_ms": statistics.median(added),
        "outbox_added_spread_ms": [min(added), max(added)],
        "outbox_added_beside_capture_ms": statistics.median(beside),
        "empty_statement_ms": statistics.median(each.statement for each in resting),
    }


def table(outcome: dict[str, Any]) -> str:
    """Return the figures that were measured, for a person."""
    lines = []
    if any(name in outcome for name in _NAMES.values()):
        lines += [*_table_of_latencies(outcome)]
    if "catch_up_s" in outcome:
        lines.append(
            f"{outcome['sustained_rows_s']:,} rows/s sustained; a backlog of "
            f"{outcome['backlog_rows']:,}, each row read, caught up in {outcome['catch_up_s']} s"
        )
    if "outbox_added_ms" in outcome:
        lines.append(
            f"{outcome['outbox_added_ms']} ms added by the outbox, where an empty statement takes "
            f"{outcome['empty_statement_ms']} ms; {outcome['outbox_added_beside_capture_ms']} ms "
            "while the capture works on the same cores"
        )
    if "decode_rows_s" in outcome:
        lines.append(f"{outcome['decode_rows_s']:,} rows/s decoded on one core")
    return "\n".join(lines)


def _table_of_latencies(outcome: dict[str, Any]) -> Iterator[str]:
    yield f"{'commit to Kafka, ms':24} {'n':>7} {'p50':>8} {'p95':>8} {'p99':>8}   p50 spread"
    for name in _NAMES.values():
        for rate, row in outcome[name].items():
            figures = " ".join(f"{row.get(p, 0):8.1f}" for p in ("p50", "p95", "p99"))
            low, high = row["spread"].get("p50", (0, 0))
            what = f"{name.removesuffix('_ms')} at {rate}/s"
            yield f"{what:24} {row['n']:7} {figures}   {low:.1f} to {high:.1f}"
