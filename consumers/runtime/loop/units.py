"""Units of the store with the parking lot in them: the two agree, whatever fails."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from consumers.runtime.errors import Refused
from consumers.runtime.loop.routing import HandlerFailed
from consumers.runtime.parking.port import ParkingLot
from consumers.runtime.records import Partition, Record, last_of
from consumers.runtime.stores.port import Store, Unit


class Units:
    """The units of one consumer."""

    def __init__(self, store: Store, lot: ParkingLot) -> None:
        self.store = store
        self.lot = lot

    @contextmanager
    def open(self, moved: Mapping[Partition, int | None]) -> Iterator[Unit]:
        """Open a unit; raises as the store's, and ``HandlerFailed`` for what it refused."""
        try:
            with (
                self.lot.unit(is_atomic=self.store.is_atomic),
                self.store.unit(moved) as unit,
            ):
                yield unit
        except Refused as error:
            raise HandlerFailed(None, error) from error


def ends(records: Iterable[Record]) -> dict[Partition, int | None]:
    """Give the offsets behind ``records``."""
    return {last.source: last.offset + 1 for last in last_of(records)}


def places(records: Iterable[Record]) -> dict[Partition, int | None]:
    """Give the partitions of ``records``, to be checked only."""
    return {record.source: None for record in records}
