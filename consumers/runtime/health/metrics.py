"""Every metric of a consumer, in one table, and the text that Prometheus reads.

Enters: an overview of one process. Leaves: its figures. The client library is not used: its
registry holds what is counted where it happens, while these figures are counted by the loop
anyway, and asked for by three readers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from consumers.runtime.health.overview import Line, Overview
from consumers.runtime.health.progress import BUCKETS


@dataclass(frozen=True, slots=True)
class Metric:
    """One name, and what it means."""

    name: str
    kind: Literal["gauge", "counter", "histogram"]
    help: str
    # Of `Line`, when there is one figure for each partition; else of `Overview`.
    field: str = ""
    of_partition: bool = True


METRICS: tuple[Metric, ...] = (
    Metric("consumer_next_offset", "gauge", "Offset to be applied next.", "next_offset"),
    Metric("consumer_lag_records", "gauge", "Records that are not taken.", "lag_records"),
    Metric(
        "consumer_lag_seconds",
        "gauge",
        "How long the oldest record that is not taken has waited, 0 when none waits.",
        "lag_seconds",
    ),
    Metric(
        "consumer_lag_versions",
        "gauge",
        "Newest version read less version applied, summed over aggregates, the parked included.",
        "lag_versions",
    ),
    Metric("consumer_parked_keys", "gauge", "Keys with a record in the lot.", "parked_keys"),
    Metric("consumer_parked_records", "gauge", "Records in the lot.", "parked_records"),
    Metric("consumer_dead_letters", "gauge", "Records that wait for a person.", "dead_letters"),
    Metric("consumer_records_per_second", "gauge", "Records applied of late.", "rate"),
    Metric("consumer_records_total", "counter", "Records that were taken.", "applied", False),
    Metric("consumer_retries_total", "counter", "Failures followed by a retry.", "retries", False),
    Metric("consumer_dead_letters_total", "counter", "Records that became dead.", "buried", False),
    Metric("consumer_assigned_partitions", "gauge", "Partitions owned.", "assigned", False),
    Metric("consumer_ready", "gauge", "1 when /readyz says so.", "is_ready", False),
    Metric("consumer_stuck", "gauge", "1 while a handler takes too long.", "is_stuck", False),
    Metric("consumer_halted", "gauge", "1 until a person lets it go on.", "is_halted", False),
    Metric("consumer_rebuild_records", "gauge", "Still to be rebuilt.", "rebuild_to_do", False),
    Metric(
        *("consumer_rebuild_seconds_left", "gauge", "Estimate for the rest of the rebuild."),
        "rebuild_seconds_left",
        False,
    ),
    Metric("consumer_handle_seconds", "histogram", "Time that handlers took for a batch."),
)


def exposition(overview: Overview) -> str:
    """Write all figures in Prometheus' text format."""
    return "".join(f"{line}\n" for metric in METRICS for line in _lines(metric, overview))


def _lines(metric: Metric, overview: Overview) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.help}"
    yield f"# TYPE {metric.name} {metric.kind}"
    consumer = f'consumer="{overview.consumer}"'
    if metric.kind == "histogram":
        yield from _histogram(metric.name, consumer, overview)
    elif metric.of_partition:
        for line in overview.lines:
            if (value := getattr(line, metric.field)) is not None:
                yield f"{metric.name}{{{consumer},{_labels(line)}}} {value}"
    else:
        yield f"{metric.name}{{{consumer}}} {getattr(overview, metric.field):g}"


def _histogram(name: str, consumer: str, overview: Overview) -> Iterator[str]:
    total = 0
    ends = (*(f"{end:g}" for end in BUCKETS), "+Inf")
    for end, count in zip(ends, overview.handled_in, strict=True):
        total += count
        yield f'{name}_bucket{{{consumer},le="{end}"}} {total}'
    yield f"{name}_sum{{{consumer}}} {overview.handle_seconds:.6f}"
    yield f"{name}_count{{{consumer}}} {total}"


def _labels(line: Line) -> str:
    # A topic's name has letters, digits, dots, dashes and underscores only.
    return f'topic="{line.topic}",partition="{line.partition}"'
