"""A consumer of plain facts, some of which it cannot handle until it is repaired."""

from typing import Any

from pytest_django import Settings

from consumers.runtime.assembly import assemble
from consumers.runtime.brokers.memory import MemoryBroker
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.errors import PoisonRecord
from consumers.runtime.failures.database_halts import DatabaseHalts
from consumers.runtime.loop.loop import Loop
from consumers.runtime.parking.database import DatabaseLot
from consumers.runtime.records import Record
from consumers.runtime.stores.read_model import ReadModelStore
from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import MemoryWorld, no_event, turn_until

# What the settings of the tried consumer name; its records are kept as they come.
tried: Consumer[Any] = Consumer("facts")
tried.on("facts")(lambda record, context: context.read_model.handle(record))
tried.forgets(lambda person, context: 0)


class Line:
    """A consumer of the topic `facts` that cannot handle values with ``flaw``."""

    def __init__(self, world: MemoryWorld, flaw: bytes = b"!") -> None:
        self.world, self.flaw, self.ledger = world, flaw, Ledger()
        consumer: Consumer[Ledger] = Consumer("facts")
        consumer.on("facts")(self.handle)
        # A group of its own: two in one group would share the partitions.
        broker = MemoryBroker(world.cluster, f"facts {flaw!r}", world.config.topics)
        self.loop: Loop = assemble(
            world.config,
            consumer,
            read_model=self.ledger,
            broker=broker,
            store=ReadModelStore(self.ledger, world.config),
            lot=DatabaseLot("facts"),
            read_event=no_event,
            halts=DatabaseHalts("facts"),
        )
        broker.subscribe(self.loop)

    def handle(self, record: Record, _: Context[Ledger]) -> None:
        if self.flaw and self.flaw in (record.value or b""):
            raise PoisonRecord(f"{record.value!r} is no fact")
        self.ledger.handle(record)

    def applied(self, count: int) -> list[bytes]:
        turn_until(self.loop, lambda: len(self.ledger.durable) >= count)
        self.loop.turn()
        return self.ledger.durable


def flawed(settings: Settings) -> Line:
    """Read three steps of a home, the first of which is flawed, and one of another."""
    world = MemoryWorld()
    settings.CONSUMER = f"{__name__}.tried"
    settings.CONSUMER_CONFIG = world.config
    settings.REGISTRY_URL = "http://127.0.0.1:1"
    for key, value in ((b"7", b"7 a!"), (b"8", b"8 a"), (b"7", b"7 b"), (b"7", b"7 c")):
        world.append(0, value, key)
    line = Line(world)
    assert line.applied(1) == [b"8 a"]
    return line
