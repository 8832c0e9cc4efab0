"""What a rebuild could not apply, and the parking lot of the consumer that lives on.

Enters: records that failed in the rebuild. Leaves: those that the live consumer has passed and
nobody has buried or decided about, dead in its parking lot and with a letter, so that none is
lost. What it holds already stays as it is: a later redrive changes nothing of a read model that
knows versions. From one that does not, what the rebuild has applied is let go.
"""

import logging
from collections.abc import Callable, Iterable, Mapping

from consumers.runtime.failures.dead_letters import DeadLetters
from consumers.runtime.models import Decision
from consumers.runtime.parking.port import Parked, ParkingLot, Place
from consumers.runtime.records import Partition, Record

log = logging.getLogger(__name__)


class Graves:
    """A consumer's parking lot and its dead letter topic."""

    def __init__(
        self,
        lot: ParkingLot,
        letters: DeadLetters,
        is_discarded: Callable[[Record], bool],
        *,
        move: Callable[[], set[Place]] | None = None,
    ) -> None:
        self._lot = lot
        self._letters = letters
        self._is_discarded = is_discarded
        # Of a lot that goes with its read model: brings it there as it is, and tells what stands
        # in the successor's own, from which a handler may have taken something out.
        self._move = move

    def bury(self, failed: Iterable[Parked], live: Mapping[Partition, int]) -> None:
        """Bury what nobody else will; called while the consumer stands still."""
        # What the live consumer has not come to, it will read and bury by itself.
        passed = [parked for parked in failed if is_passed(parked.place, live)]
        if self._move is not None:
            left = self._move()
            passed = [parked for parked in passed if parked.place in left]
        elif not passed:
            return
        self._lot.load({*live, *(parked.record.source for parked in passed)})
        if self._move is not None:
            self._free({parked.place for parked in passed}, live)
        for parked in passed:
            if not self._lot.knows(parked.record) and not self._is_discarded(parked.record):
                if parked.state == "dead":
                    self._letters.send(parked)
                self._lot.put(parked)

    def _free(self, failed: set[Place], live: Mapping[Partition, int]) -> None:
        known = [place for place in self._lot.places() if is_passed(place, live)]
        for (topic, number), offset in set(known) - failed:
            log.info("freed topic=%s partition=%s offset=%s", topic, number, offset)
            self._lot.remove(Record(topic, number, offset, None, None, (), 0.0))


def is_passed(place: Place, live: Mapping[Partition, int]) -> bool:
    """Tell whether whoever wants ``live`` next has come past ``place``."""
    partition, offset = place
    return offset < live.get(partition, offset + 1)


def discards_of(consumer: str) -> Callable[[Record], bool]:
    """Give what tells whether a person has discarded a record of ``consumer``."""

    def is_discarded(record: Record) -> bool:
        decisions = Decision.objects.filter(consumer=consumer, verb="discard")
        topic, number = record.source
        return decisions.filter(topic=topic, partition=number, offset=record.offset).exists()

    return is_discarded
