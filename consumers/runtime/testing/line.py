"""One consumer and all it needs, in memory or on the test's database, turned by hand.

Enters: events and rows. Leaves: the effects of the consumer's real handlers, by the real router,
handling, loop, stores and parking lot; only the broker and the clock are the kit's own.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any, Generic

from cdc.contracts.events import DomainEvent
from cdc.contracts.examples import row_example
from cdc.contracts.handled_by import MONOLITH, Stamp
from cdc.contracts.tables import CapturedTable
from consumers.runtime.assembly import assemble, subscribed
from consumers.runtime.brokers.memory import MemoryBroker, MemoryCluster
from consumers.runtime.config import ConsumerConfig, RetryPolicy
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import ReadModel
from consumers.runtime.events import event_reader
from consumers.runtime.health.progress import Progress
from consumers.runtime.loop.orders import Orders
from consumers.runtime.loop.worker import Inline
from consumers.runtime.models import ParkedRecord
from consumers.runtime.parking.database import DatabaseLot
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.parking.port import Parked, ParkingLot
from consumers.runtime.parking.rows import parked_from
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.database import DatabaseStore
from consumers.runtime.stores.port import Store
from consumers.runtime.stores.read_model import ReadModelStore
from consumers.runtime.testing.clock import Clock
from consumers.runtime.testing.records import Op, Told, schema_of, told_event, told_row

_MOST_TURNS = 1000
# What is parked for ever is due then.
_NEVER = float("inf")


def by_hand(name: str) -> ConsumerConfig:
    """Give the configuration of a consumer whose every turn does all that is due."""
    return ConsumerConfig(
        *(name, name, ""),
        retry=RetryPolicy(jitter=0),
        lag_seconds=0,
        commit_seconds=0,
        parked_seconds=0,
    )


class Line(Generic[ReadModel]):
    """A consumer that lives, dies and comes back, and the topics that outlive it.

    ``opens`` opens a read model without transactions; without it handlers write by Django's
    models into the test's database.
    """

    def __init__(
        self,
        consumer: Consumer[ReadModel],
        opens: Callable[[], AbstractContextManager[ReadModel]] | None = None,
        *,
        config: ConsumerConfig | None = None,
        cluster: MemoryCluster | None = None,
        lot: ParkingLot | None = None,
        lanes: int = 1,
        orders: Orders | None = None,
    ) -> None:
        self.clock = Clock()
        self.cluster = cluster or MemoryCluster(clock=self.clock)
        told = replace(config or by_hand(consumer.name), lanes=lanes)
        self.config = subscribed(told, consumer)
        # Each takes its share when its turn comes, in the thread of the test's transaction.
        self._lanes = [Inline() for _ in range(lanes if lanes > 1 else 0)]
        for topic in self.config.topics:
            self.cluster.create_topic(topic)
        self.parked: dict[tuple[Partition, int], Parked] = {}
        # Whether the test alone moves the clock.
        self.is_timed = False
        self.consumer = consumer
        self._opens = opens
        self._given_lot = lot
        self._orders = orders
        self._versions: Counter[tuple[str, str]] = Counter()
        self._told = 0
        self.start()

    def start(self) -> None:
        """Open the read model and join the group, as a new process does."""
        self._opened = ExitStack()
        self.read_model: Any = self._opened.enter_context(self._opens()) if self._opens else None
        self.broker = MemoryBroker(self.cluster, self.config.group, self.config.topics)
        self.store, self.lot = self._store_and_lot()
        self.loop = assemble(
            self.config,
            self.consumer,
            read_model=self.read_model,
            broker=self.broker,
            store=self.store,
            lot=self.lot,
            read_event=event_reader(schema_of),
            progress=Progress(self.clock),
            lanes=self._lanes,
            orders=self._orders,
            clock=self.clock,
            monotonic=self.clock,
        )
        self.broker.subscribe(self.loop)

    def close(self) -> None:
        """Leave the group, as after SIGTERM."""
        self.broker.close()
        self._opened.close()

    def restart(self) -> None:
        """Leave, and come back."""
        self.close()
        self.start()

    def crash(self) -> None:
        """Be gone without a word; after a while another process takes over."""
        self.broker.vanish()
        self._opened.close()
        self.start()

    def event(
        self, event: DomainEvent, version: int | None = None, *, stamp: Stamp = MONOLITH
    ) -> list[Record]:
        """Tell an event; the versions of each aggregate rise by themselves."""
        aggregate = event.aggregate_type, event.aggregate_id
        self._versions[aggregate] = version or self._versions[aggregate] + 1
        self._told += 1
        id = f"event-{self._told}"
        return self.tell(told_event(event, self._versions[aggregate], id, self.clock(), stamp))

    def row(
        self,
        table: CapturedTable,
        columns: dict[str, Any],
        op: Op = "u",
        *,
        lsn: int | None = None,
        snapshot: str = "",
    ) -> list[Record]:
        """Tell a row's change; columns left out are those of the table's golden example."""
        self._told += 1
        row = row_example(table) | columns
        at = self._told if lsn is None else lsn
        return self.tell(*told_row(table, row, op, at, self.clock(), snapshot))

    def tell(self, *told: Told) -> list[Record]:
        """Put records on their topics as they are."""
        return [self.cluster.append(*each) for each in told]

    def run(self) -> None:
        """Turn until everything is read and durable, and nothing parked is due."""
        for _ in range(_MOST_TURNS):
            self.loop.turn()
            if self.loop.progress.is_store_away:
                # Nothing else can happen before it is tried again.
                self.clock.move(self.config.store_retry.longest_delay)
            elif self._is_idle():
                # One more: only then does the consumer know that it has caught up.
                self.loop.turn()
                return
        raise AssertionError(f"not read out: {self.loop.progress}")

    def settle(self) -> None:
        """Run, and let time pass until nothing waits for it, unless the test moves the clock."""
        self.run()
        while not self.is_timed and (waiting := self.lot.due(_NEVER, _MOST_TURNS)):
            # Those behind them have no time of their own.
            due = min(each.due for each in waiting if each.state == "waiting")
            self.clock.move(max(0.0, due - self.clock()))
            self.run()

    def all_parked(self) -> list[Parked]:
        """Give what is in the parking lot, dead records included."""
        if self._opens:
            return [self.parked[place] for place in sorted(self.parked)]
        rows = ParkedRecord.objects.filter(consumer=self.config.name)
        return [parked_from(row) for row in rows]

    def letters(self) -> list[Record]:
        """Give what is in the dead letter topic."""
        return self.cluster.records_of(self.config.dead_letter_topic)

    def _store_and_lot(self) -> tuple[Store, ParkingLot]:
        if self._opens:
            staged = ReadModelStore(self.read_model, self.config, self.clock)
            return staged, self._given_lot or MemoryLot(self.parked)
        store = DatabaseStore(self.config.name, version=self.consumer.version)
        return store, DatabaseLot(self.config.name)

    def _is_idle(self) -> bool:
        is_read_out = not any(self.broker.lag().values())
        return is_read_out and not self.store.unsettled and not self.lot.due(self.clock(), 1)
