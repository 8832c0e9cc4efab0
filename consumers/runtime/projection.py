"""What the loop needs from a read model: somewhere to resume, a way to become durable.

The read model keeps the offsets beside its data, so that the two agree after any
crash, copy or loss; the offsets committed to Kafka are there for people and lag tools.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from consumers.runtime.records import Partition, Record

Handler = Callable[[Record], None]
"""Apply one record to the read model; may wait in memory until the next flush.

Must be a no-op for a record that was applied before. Raises the types of ``errors``.
"""


class Projection(Protocol):
    """A read model that is fed by one loop."""

    def resume_from(self) -> Mapping[Partition, int]:
        """Give the next offset wanted of each partition; one left out starts at the beginning."""

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        """Make everything handled so far durable together with ``offsets``.

        Atomic in effect: after a crash inside, the old offsets and a replay give the same
        read model. Raises ``RetryLater`` when it may succeed unchanged a moment later.
        """

    def caught_up(self) -> None:
        """Hear that the read model is as new as its topics, give or take a moment.

        Told first when every partition was read to its end, then again and again (about once
        a second) for as long as it stays so. Silence means that it may be old.
        """
