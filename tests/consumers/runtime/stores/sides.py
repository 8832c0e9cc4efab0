"""One consumer whose effects are a list, on either store: in a database, or staged and flushed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from consumers.runtime.assembly import assemble
from consumers.runtime.brokers.memory import MemoryBroker
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.loop.loop import Loop
from consumers.runtime.models import Decision
from consumers.runtime.parking.database import DatabaseLot
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.parking.port import Parked, ParkingLot, Place
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.database import DatabaseStore
from consumers.runtime.stores.port import Store
from consumers.runtime.stores.read_model import ReadModelStore
from tests.consumers.runtime.worlds import MemoryWorld, no_event, turn_until


class Side(Protocol):
    """Where the effects of a consumer go, whatever becomes of its process."""

    def store(self, world: MemoryWorld) -> Store: ...

    def lot(self) -> ParkingLot: ...

    def do(self, record: Record) -> None:
        """Have an effect that can be counted."""

    def done(self) -> list[bytes]:
        """Give the effects that are durable, oldest first."""


class Rows:
    """A side whose effects are rows; any table without rules will do."""

    def store(self, world: MemoryWorld) -> DatabaseStore:
        return DatabaseStore("tried")

    def lot(self) -> DatabaseLot:
        return DatabaseLot("tried")

    def do(self, record: Record) -> None:
        Decision.objects.create(
            consumer="tried",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            verb="did",
            reason=(record.value or b"").decode(),
        )

    def done(self) -> list[bytes]:
        done = Decision.objects.filter(verb="did").order_by("id").values_list("reason", flat=True)
        return [reason.encode() for reason in done]


class Versions:
    """A side that keeps what it did in a list, each version of a key once."""

    def __init__(self) -> None:
        self._durable: list[Record] = []
        self._staged: list[Record] = []
        self._offsets: Mapping[Partition, int] = {}
        self._parked: dict[Place, Parked] = {}

    def store(self, world: MemoryWorld) -> ReadModelStore:
        return ReadModelStore(self, world.config)

    def lot(self) -> MemoryLot:
        return MemoryLot(self._parked)

    def do(self, record: Record) -> None:
        if record not in self._durable + self._staged:
            self._staged.append(record)

    def done(self) -> list[bytes]:
        return [record.value or b"" for record in self._durable]

    # The runtime's ReadModel.

    def resume_from(self) -> Mapping[Partition, int]:
        # Whoever asks starts anew: what was staged belonged to a process that is gone.
        self._staged = []
        return self._offsets

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        self._durable += self._staged
        self._staged = []
        self._offsets = {**self._offsets, **offsets}

    def caught_up(self) -> None:
        return


class Line:
    """A topic, its consumer, and where that has its effects."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.world = MemoryWorld()
        self.now = 0.0
        self.consumer: Consumer[Any] = Consumer("tried")
        self._ids = 0

    def on(self, handle: Callable[..., None], **options: Any) -> "Line":
        self.consumer.on(self.world.name, **options)(handle)
        return self

    def do(self, record: Record, context: Context[Any]) -> None:
        self.side.do(record)

    def say(
        self,
        *values: bytes | None,
        key: bytes | None = b"k",
        ce_id: str | None = None,
        part: int = 0,
    ) -> None:
        """Put records on the topic, each with an id of its own unless told."""
        for value in values:
            self._ids += 1
            told = f"e-{self._ids}" if ce_id is None else ce_id
            self.world.append(part, value, key, {"ce_id": told.encode()} if told else {})

    def start(self, **parts: Any) -> Loop:
        """Start a process: it knows nothing but what is durable."""
        broker: MemoryBroker = self.world.client()
        loop = assemble(
            self.world.config,
            self.consumer,
            **{
                "read_model": None,
                "broker": broker,
                "store": self.side.store(self.world),
                "lot": self.side.lot(),
                "read_event": no_event,
                "clock": lambda: self.now,
                **parts,
            },
        )
        broker.subscribe(loop)
        return loop

    def run(self, *expected: bytes) -> None:
        """Let a process read all there is; it has done exactly this then, in this order."""
        loop = self.start()
        turn_until(loop, lambda: loop.progress.unread == 0 and _is_idle(loop), 20)
        loop._broker.close()
        assert self.side.done() == list(expected)

    def patient(self, seconds: float) -> "Line":
        """Let what fails wait so long, and not be buried soon."""
        retry = replace(self.world.config.retry, first_delay=seconds, jitter=0.0, attempts=9)
        self.world.config = replace(self.world.config, retry=retry)
        return self

    def letters(self) -> Sequence[Record]:
        return self.world.dead_letters()


def _is_idle(loop: Loop) -> bool:
    return loop.progress.was_assigned and not loop._store.unsettled and not loop._handling.has_left
