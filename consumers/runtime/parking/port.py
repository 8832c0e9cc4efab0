"""The port of the parking lot: records that could not be applied, by key and in order.

A failing record is parked; later records of its key queue behind it while other keys flow. When
its attempts are used up it is dead, which a letter in the dead letter topic tells the world, and
stays here until a person redrives or discards it. Adapters are `memory` and `database`.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from consumers.runtime.records import Partition, Record

# Waiting to be tried again; queued behind another of its key; dead, waiting for a person.
State = Literal["waiting", "queued", "dead"]
Place = tuple[Partition, int]


@dataclass(frozen=True, slots=True)
class Parked:
    """One record that waits."""

    record: Record
    state: State
    attempts: int = 0
    # Seconds since 1970.
    due: float = 0.0
    error: str = ""
    # Whether later records of the key wait although this one is dead.
    holds_key: bool = True
    # It was handled before, and parked when it was read again on purpose.
    is_replay: bool = False
    # Where in the code the last attempt failed.
    stack: str = ""

    @property
    def blocks(self) -> bool:
        """Tell whether later records of its key queue behind it."""
        return self.state != "dead" or self.holds_key

    @property
    def place(self) -> Place:
        return self.record.source, self.record.offset


class ParkingLot(Protocol):
    """What one consumer has parked; called inside the store's units.

    One line of threads for each key: what is done of different keys may be done at once.
    """

    def load(self, partitions: Iterable[Partition]) -> None:
        """Look after these partitions, too. Raises ``StoreAway``, as every method that asks."""

    def forget(self, partitions: Iterable[Partition]) -> None:
        """Leave these partitions to their next owner; what is parked stays."""

    def reload(self) -> None:
        """Look again at what is parked, as a person may have decided something."""

    def unit(self, *, is_atomic: bool) -> AbstractContextManager[None]:
        """Go along with a unit of the store around which this is opened, in the same thread.

        When that fails, and is atomic, what was put and removed in it was not.
        """

    def holds(self, record: Record) -> bool:
        """Tell whether an earlier record of its key is parked; never so of a record without key."""

    def knows(self, record: Record) -> bool:
        """Tell whether this very record is parked, which one that is read again may be."""

    def put(self, *parked: Parked) -> None:
        """Park records, or change what is known of them."""

    def due(self, now: float, limit: int) -> list[Parked]:
        """Give what may be tried now, each key in order: one that fails keeps those behind it."""

    def remove(self, *records: Record) -> None:
        """Let them go: they were applied."""

    def places(self) -> list[Place]:
        """Give the places of what is parked in the partitions looked after."""

    @property
    def size(self) -> int:
        """How many records are parked in the partitions looked after."""
