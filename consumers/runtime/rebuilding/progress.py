"""How far a rebuild is: told by its command, and by the metrics of a consumer that begins."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Phase = Literal["reading", "catching_up", "swapping", "done"]


@dataclass(slots=True)
class RebuildProgress:
    """Counters of one rebuild."""

    clock: Callable[[], float] = time.monotonic
    phase: Phase = "reading"
    records: int = 0
    # Offsets still to be passed; those of compacted records count, until they are passed.
    to_do: int = 0
    # Offsets that were passed.
    done: int = 0
    # Records that can never be applied, as in the live read model.
    passed_over: int = 0
    began_at: float = field(default=0.0)

    def __post_init__(self) -> None:
        self.began_at = self.clock()

    @property
    def seconds(self) -> float:
        """Give how long it has gone on."""
        return self.clock() - self.began_at

    @property
    def records_s(self) -> float:
        """Give how many records it applies in a second."""
        return self.records / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimate the seconds to the end of the topics; None before the first record."""
        return self.to_do * self.seconds / self.done if self.done else None

    def told(self) -> dict[str, float | str | None]:
        """Give each figure by its name."""
        left = self.seconds_left
        return {
            "phase": self.phase,
            "records": self.records,
            "to_do": self.to_do,
            "passed_over": self.passed_over,
            "seconds": round(self.seconds, 2),
            "records_s": round(self.records_s),
            "seconds_left": None if left is None else round(left, 1),
        }

    def __str__(self) -> str:
        left = "?" if self.seconds_left is None else f"{self.seconds_left:.0f}"
        return (
            f"{self.phase}: {self.records} records, {self.to_do} to do,"
            f" {self.records_s:.0f} records/s, {left} s left"
        )
