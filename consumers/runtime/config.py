"""What a consumer declares about itself: where it reads and how patient it is.

Frozen, made once in a side's settings or command, handed down from there.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from consumers.runtime.errors import StopConsumer


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how soon a record is tried again after ``RetryLater``."""

    attempts: int = 3
    first_delay: float = 0.2
    factor: float = 2.0
    longest_delay: float = 30.0
    jitter: float = 0.2

    def delay(self, attempt: int, draw: Callable[[], float] = random.random) -> float:
        """Give the seconds to wait after the failed ``attempt`` (1 is the first)."""
        plain = min(self.first_delay * self.factor ** min(attempt - 1, 64), self.longest_delay)
        return plain * (1 + self.jitter * (2 * draw() - 1))


@dataclass(frozen=True, slots=True)
class ConsumerConfig:
    """One consumer: its name, its group, its topics, its batches."""

    name: str
    group: str
    topics: tuple[str, ...]
    bootstrap: str
    # Most records taken in one read.
    batch_size: int = 1000
    # The projection is made durable when this many records wait …
    flush_records: int = 5000
    # … or when the oldest of them has waited this many seconds, or when the stream is idle.
    flush_seconds: float = 0.1
    # How long a read waits for the first record.
    idle_seconds: float = 0.1
    # How long a read waits for one more record before the stream counts as idle.
    linger_seconds: float = 0.005
    # How often the broker is asked how much there is still to read.
    lag_seconds: float = 1.0
    # A consumer that applies records younger than this keeps up with its topics.
    young_seconds: float = 5.0
    # So many dead letters in a row stop the consumer: then it is not the records that are wrong.
    dead_letters_in_a_row: int = 100
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    def __post_init__(self) -> None:
        if not self.topics:
            raise StopConsumer(f"consumer {self.name} names no topic to read")

    @property
    def dead_letter_topic(self) -> str:
        """Name the topic that takes this consumer's poison records."""
        return f"{self.name}.dead-letters"
