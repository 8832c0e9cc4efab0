"""The health of a whole consumer: one line for each partition, from whoever knows.

Enters: what the loop counts and what is parked; of a consumer that is down, what its store and
the broker tell. Leaves: one overview, for /metrics, /status, the page and `consumers status`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.health.lag import Lag, lags
from consumers.runtime.health.progress import BUCKETS, PartitionProgress, Progress
from consumers.runtime.parking.counts import ParkedCounts
from consumers.runtime.records import Partition

Parked = Mapping[Partition, ParkedCounts]


@dataclass(frozen=True, slots=True)
class Line:
    """One partition; None is what nobody could tell."""

    topic: str
    partition: int
    next_offset: int | None
    lag_records: int | None
    lag_seconds: float | None
    # Of what was read and is not applied, the parked included: see `lag.Lag`.
    lag_versions: int | None
    parked_keys: int | None
    parked_records: int | None
    dead_letters: int | None
    rate: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """One consumer, or one of its processes."""

    consumer: str
    group: str
    version: str
    lines: tuple[Line, ...]
    # Why nobody should rely on it; "" when it is ready.
    unready: str = ""
    is_running: bool = True
    is_stuck: bool = False
    is_halted: bool = False
    # How many processes share the partitions.
    processes: int = 1
    assigned: int = 0
    applied: int = 0
    retries: int = 0
    buried: int = 0
    # Of a rebuild that comes before the first turn.
    rebuild_to_do: int = 0
    rebuild_seconds_left: float = 0.0
    handle_seconds: float = 0.0
    handled_in: tuple[int, ...] = field(default=(0,) * (len(BUCKETS) + 1))

    @property
    def is_ready(self) -> bool:
        """Tell whether it can be relied on."""
        return not self.unready


def of_running(config: ConsumerConfig, progress: Progress, parked: Parked | None) -> Overview:
    """Give the overview of this process; ``parked`` is None when the lot cannot be asked."""
    partitions = progress.partitions
    return Overview(
        config.name,
        config.group,
        config.version,
        tuple(
            _running(name, partitions[name], lag, parked)
            for name, lag in lags(progress).items()
            if name in partitions
        ),
        unready=progress.unready(),
        is_stuck=progress.is_stuck,
        is_halted=bool(progress.halt),
        processes=config.processes,
        assigned=len(partitions),
        applied=progress.applied,
        retries=progress.retries,
        buried=progress.dead_letters,
        rebuild_to_do=progress.rebuild.to_do if progress.rebuild else 0,
        rebuild_seconds_left=(progress.rebuild.seconds_left or 0.0) if progress.rebuild else 0.0,
        handle_seconds=progress.handle_seconds,
        handled_in=tuple(progress.handled_in),
    )


def of_stopped(
    config: ConsumerConfig,
    offsets: Mapping[Partition, int],
    ends: Mapping[Partition, int],
    waited: Mapping[Partition, float],
    parked: Parked,
    halt: str = "",
) -> Overview:
    """Give the overview of a consumer that does not answer, from its store and the broker."""
    names = sorted({*offsets, *ends, *parked})
    lines = (
        _stopped(name, offsets.get(name), ends.get(name), waited.get(name), parked)
        for name in names
    )
    return Overview(
        *(config.name, config.group, config.version, tuple(lines)),
        unready="; ".join(filter(None, ("it does not run", halt and f"halted {halt}"))),
        is_running=False,
        is_halted=bool(halt),
    )


def of_all(overviews: Iterable[Overview]) -> Overview:
    """Give several processes' overviews as that of their consumer."""
    first, *others = overviews
    if not others:
        return first
    every = (first, *others)
    # One that has no partition, as there are more processes than those, keeps nobody waiting.
    busy = [each for each in every if each.assigned] or every
    return Overview(
        *(first.consumer, first.group, first.version),
        tuple(sorted((line for each in every for line in each.lines), key=_place)),
        unready="; ".join(dict.fromkeys(each.unready for each in busy if each.unready)),
        is_stuck=any(each.is_stuck for each in every),
        is_halted=any(each.is_halted for each in every),
        processes=first.processes,
        assigned=sum(each.assigned for each in every),
        applied=sum(each.applied for each in every),
        retries=sum(each.retries for each in every),
        buried=sum(each.buried for each in every),
    )


def from_json(told: dict[str, Any]) -> Overview:
    """Read what /status told."""
    lines = tuple(Line(**line) for line in told.pop("lines"))
    told.pop("is_ready", None)
    handled = tuple(told.pop("handled_in"))
    return Overview(lines=lines, handled_in=handled, **told)


def _running(
    name: Partition, partition: PartitionProgress, lag: Lag, parked: Parked | None
) -> Line:
    lot = None if parked is None else parked.get(name, ParkedCounts())
    return Line(
        *name,
        partition.offset,
        lag.records,
        None if lag.seconds is None else round(lag.seconds, 3),
        lag.versions + lot.versions if lot else None,
        lot.keys if lot else None,
        lot.records if lot else None,
        lot.dead if lot else None,
        round(partition.rate, 1),
    )


def _stopped(
    name: Partition, offset: int | None, end: int | None, waited: float | None, parked: Parked
) -> Line:
    lot = parked.get(name, ParkedCounts())
    lag = None if end is None else max(0, end - (offset or 0))
    seconds = None if waited is None else round(waited, 3)
    told = (lot.versions, lot.keys, lot.records, lot.dead)
    return Line(*name, offset, lag, seconds, *told, rate=None)


def _place(line: Line) -> tuple[str, int]:
    return line.topic, line.partition
