"""How far a consumer is: written by the loop's thread, read by the health endpoint's."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Progress:
    """Counters of one consumer since it started."""

    clock: Callable[[], float] = time.time
    applied: int = 0
    dead_letters: int = 0
    retries: int = 0
    flushes: int = 0
    lag_records: int = 0
    # When the record applied last was made; 0 before the first.
    last_record_at: float = 0.0
    last_turn_at: float = 0.0

    @property
    def lag_seconds(self) -> float:
        """Give the age of the record applied last while others wait behind it, else 0."""
        if not self.lag_records or not self.last_record_at:
            return 0.0
        return max(0.0, self.clock() - self.last_record_at)

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
            f"{prefix}flushes": self.flushes,
            f"{prefix}lag_records": self.lag_records,
            f"{prefix}lag_seconds": round(self.lag_seconds, 3),
        }
