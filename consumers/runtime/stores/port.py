"""The port between the loop and the place where a consumer's effects go.

Adapters: `read_model` for whatever has no transactions of its own, such as an index directory,
and `database` for PostgreSQL. Both keep the offsets beside the effects, so that the two agree
after any crash, copy or loss; the offsets committed to Kafka are there for people and lag tools.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from consumers.runtime.records import Partition, Record


class Unit(Protocol):
    """One piece of work: all of it becomes durable, or none has an effect."""

    def fresh(self, records: Sequence[Record]) -> Sequence[Record]:
        """Give those whose effect is not there yet, and remember them.

        Records that are read again on purpose are given, too.
        """

    def then(self, step: Callable[[], None]) -> None:
        """Do ``step`` when the effect is durable: with it where that can be, else just after."""


class Store(Protocol):
    """Where effects and offsets become durable together.

    Units of different keys may be open at once, each in a thread of its own; everything else
    is called while none is.
    """

    # Whether a unit that fails leaves nothing behind.
    is_atomic: bool

    def take(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        """Become the owner, fence off any other, and give the next offset of each that is known.

        Waits a moment for a unit that the former owner has open. Raises ``StoreAway``, also when
        that takes longer, and ``OtherVersion`` when other handlers have built what is there.
        """

    def release(self, partitions: Iterable[Partition], *, lost: bool) -> Mapping[Partition, int]:
        """Settle what is done and own ``partitions`` no longer; of lost ones settle nothing.

        Gives the offsets that became durable. Raises ``StoreAway``.
        """

    def is_replay(self, record: Record) -> bool:
        """Tell whether the record was handled before, and is read again on purpose."""

    def unit(self, moved: Mapping[Partition, int | None]) -> AbstractContextManager[Unit]:
        """Open a unit that moves to these offsets; None only checks that the partition is ours.

        Raises ``StoreAway`` when it can take nothing now, ``Fenced`` when somebody else owns one
        of the partitions, ``Refused`` when what was done in it cannot be kept; the unit has then
        left no effect.
        """

    def rewind(self, partition: Partition, offset: int, then: Callable[[], None]) -> None:
        """Want ``offset`` next of a partition that is ours, and is further on.

        What was handled before is a replay from there. Does ``then`` as a unit does. Raises
        like ``unit``; called while none is open.
        """

    def settle(self, *, idle: bool) -> Mapping[Partition, int]:
        """Make durable what is due; give the offsets that became so. Raises ``StoreAway``."""

    def caught_up(self) -> None:
        """Hear that everything was read, or is read as it comes; told about once a second."""

    @property
    def unsettled(self) -> int:
        """How many records are handled and not durable yet."""
