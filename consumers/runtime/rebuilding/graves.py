"""What a rebuild could not apply, and the parking lot of the consumer that lives on.

Enters: records that failed in the rebuild. Leaves: those that the live consumer has passed and
nobody has buried or decided about, dead in its parking lot and with a letter, so that none is
lost; what it holds already stays as it is, and a later redrive changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping

from consumers.runtime.dead_letters import DeadLetters
from consumers.runtime.models import Decision
from consumers.runtime.parking.port import Parked, ParkingLot
from consumers.runtime.records import Partition, Record


class Graves:
    """A consumer's parking lot and its dead letter topic."""

    def __init__(
        self, lot: ParkingLot, letters: DeadLetters, is_discarded: Callable[[Record], bool]
    ) -> None:
        self._lot = lot
        self._letters = letters
        self._is_discarded = is_discarded

    def bury(self, failed: Iterable[Parked], live: Mapping[Partition, int]) -> None:
        """Bury what nobody else will; called while the consumer stands still."""
        # What the live consumer has not come to, it will read and bury by itself.
        passed = [
            parked
            for parked in failed
            if parked.record.offset < live.get(parked.record.source, parked.record.offset + 1)
        ]
        if not passed:
            return
        self._lot.load({parked.record.source for parked in passed})
        for parked in passed:
            if not self._lot.knows(parked.record) and not self._is_discarded(parked.record):
                self._letters.send(parked)
                self._lot.put(parked)


def discards_of(consumer: str) -> Callable[[Record], bool]:
    """Give what tells whether a person has discarded a record of ``consumer``."""

    def is_discarded(record: Record) -> bool:
        decisions = Decision.objects.filter(consumer=consumer, verb="discard")
        topic, number = record.source
        return decisions.filter(topic=topic, partition=number, offset=record.offset).exists()

    return is_discarded
