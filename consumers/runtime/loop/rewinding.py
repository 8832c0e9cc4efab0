"""Partitions read again from earlier records, because a person has ordered it.

Enters: open orders. Leaves: a store, a broker and a progress that stand where they ask for, and
the orders done. Called by the loop between two units, when nothing is in flight.
"""

import logging
from collections.abc import Callable, Container
from functools import partial

from consumers.runtime.brokers.port import Broker
from consumers.runtime.errors import StoreAway
from consumers.runtime.faults import reached
from consumers.runtime.health.progress import Progress
from consumers.runtime.loop.orders import Orders
from consumers.runtime.records import Partition
from consumers.runtime.stores.port import Store

log = logging.getLogger(__name__)


class Rewinding:
    """Looks for orders ``every`` so many seconds."""

    def __init__(
        self,
        orders: Orders,
        store: Store,
        broker: Broker,
        progress: Progress,
        every: float,
        clock: Callable[[], float],
    ) -> None:
        self._orders = orders
        self._store = store
        self._broker = broker
        self._progress = progress
        self._every = every
        self._clock = clock
        self._due = 0.0

    def obey(self, assigned: Container[Partition], settled: dict[Partition, int]) -> bool:
        """Go back where it is ordered; tell whether it was. ``settled`` loses what is undone."""
        if self._clock() < self._due:
            return False
        self._due = self._clock() + self._every
        has_moved = False
        try:
            for partition, offset in self._orders.open().items():
                if partition in assigned:
                    has_moved |= self._go_back(partition, offset, settled)
        except StoreAway as error:
            log.warning("orders_unknown error=%s", error)
        return has_moved

    def _go_back(self, partition: Partition, offset: int, settled: dict[Partition, int]) -> bool:
        done = partial(self._orders.done, partition)
        known = self._progress.partitions[partition].offset
        if known is None or known <= offset:
            # Nothing is moved forward, nor what has not begun.
            done()
            return False
        self._store.rewind(partition, offset, done)
        reached("rewound")
        settled.pop(partition, None)
        self._broker.seek(partition, offset)
        self._progress.rewound(partition, offset)
        log.info("replaying partition=%s from=%s until=%s", partition, offset, known)
        return True
