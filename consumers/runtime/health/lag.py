"""How far behind its partitions a process is: in records, in seconds, in versions of aggregates.

Enters: what was read and is not taken, and what is known of what is still to be read. Leaves: one
lag for each partition. What is parked was taken; its versions are counted by `parking.counts`.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from consumers.runtime.health.aggregates import told_by
from consumers.runtime.health.progress import PartitionProgress, Progress
from consumers.runtime.records import Partition, Record


class Lag(NamedTuple):
    """How far behind one partition."""

    # Records that wait: to be read, and read and not taken. None until a fetch has told.
    records: int | None
    # How long the oldest of them has waited, 0 when none waits. That is by its own timestamp once
    # it is read. Before, it is not older than the last moment when none waited, nor than the
    # record before it; None when neither is known.
    seconds: float | None
    # Of each aggregate with records that were read and are not taken: its newest version less the
    # one that is applied, which is the one before the oldest of these; added up. Which versions
    # unread records tell, nobody knows.
    versions: int


def lags(progress: Progress) -> dict[Partition, Lag]:
    """Give the lag of each partition of this process, in their order."""
    partitions = progress.partitions
    waiting: dict[Partition, list[Record]] = {}
    for record in progress.waiting:
        partition = partitions.get(record.source)
        if partition and record.offset >= (partition.offset or 0):
            waiting.setdefault(record.source, []).append(record)
    now = progress.clock()
    return {
        name: _lag(partition, waiting.get(name, ()), now)
        for name, partition in sorted(partitions.items())
    }


def _lag(partition: PartitionProgress, waiting: Sequence[Record], now: float) -> Lag:
    # What was handled before and is read again on purpose keeps nobody waiting.
    new = [each for each in waiting if each.offset >= partition.replay_until]
    unread = partition.unread
    records = None if unread is None else unread + len(waiting)
    return Lag(records, _seconds(partition, new, now), _versions(new))


def _seconds(partition: PartitionProgress, new: Sequence[Record], now: float) -> float | None:
    if new:
        since = new[0].timestamp
    elif partition.unread == 0:
        return 0.0
    else:
        since = max(partition.record_at, partition.read_out_at)
    return max(0.0, now - since) if since > 0 else None


def _versions(records: Iterable[Record]) -> int:
    told: dict[str, list[int]] = {}
    for each in filter(None, map(told_by, records)):
        told.setdefault(each.aggregate, []).append(each.version)
    return sum(max(versions) - min(versions) + 1 for versions in told.values())
