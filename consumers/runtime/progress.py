"""How far a consumer is: written by the loop and the handlers, read by the health endpoint."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from consumers.runtime.records import Partition, Record


@dataclass(slots=True)
class Progress:
    """Counters of one consumer since it started."""

    clock: Callable[[], float] = time.time
    applied: int = 0
    dead_letters: int = 0
    retries: int = 0
    parked: int = 0
    # Records still to be read, by partition.
    lag: Mapping[Partition, int] = field(default_factory=dict)
    # Next offset of each partition, and when the record before it was made.
    offsets: dict[Partition, int] = field(default_factory=dict)
    times: dict[Partition, float] = field(default_factory=dict)
    # When the record taken last was made; 0 before the first.
    last_record_at: float = 0.0
    last_turn_at: float = 0.0

    def turned(self) -> None:
        """Note that the loop went round."""
        self.last_turn_at = self.clock()

    def took(self, records: Sequence[Record]) -> None:
        """Note that ``records`` were taken."""
        self.applied += len(records)
        for record in records:
            self.offsets[record.source] = record.offset + 1
            self.times[record.source] = record.timestamp
        self.last_record_at = records[-1].timestamp

    @property
    def lag_records(self) -> int:
        """Count the records still to be read."""
        return sum(self.lag.values())

    @property
    def lag_seconds(self) -> float:
        """Give the age of the oldest record applied last while others wait behind it, else 0."""
        ages = (self.seconds_behind(partition) for partition in self.lag)
        return max(ages, default=0.0)

    def seconds_behind(self, partition: Partition) -> float:
        """Give the age of the partition's record applied last while others wait behind it."""
        if not self.lag.get(partition) or partition not in self.times:
            return 0.0
        return max(0.0, self.clock() - self.times[partition])

    def is_turning(self, patience: float = 30.0) -> bool:
        """Tell whether the loop went round within the last ``patience`` seconds."""
        return self.clock() - self.last_turn_at < patience

    def metrics(self, consumer: str) -> dict[str, float]:
        """Give each figure under its metric name."""
        prefix = f"consumer.{consumer}."
        return {
            f"{prefix}records_applied": self.applied,
            f"{prefix}dead_letters": self.dead_letters,
            f"{prefix}retries": self.retries,
            f"{prefix}parked": self.parked,
            f"{prefix}lag_records": self.lag_records,
            f"{prefix}lag_seconds": round(self.lag_seconds, 3),
        }
