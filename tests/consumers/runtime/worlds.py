"""A topic, a group and a ledger: the small world in which the loop is tried on any broker."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn, Protocol

import confluent_kafka
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from consumers.runtime.assembly import assemble
from consumers.runtime.brokers.kafka import KafkaBroker
from consumers.runtime.brokers.memory import MemoryBroker, MemoryCluster
from consumers.runtime.brokers.port import Broker
from consumers.runtime.config import ConsumerConfig, RetryPolicy
from consumers.runtime.consumer import Consumer
from consumers.runtime.failures.halts import Halts
from consumers.runtime.loop.loop import Loop
from consumers.runtime.loop.orders import Orders
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.parking.port import ParkingLot
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.read_model import ReadModelStore
from tests.consumers.runtime.ledger import Ledger

_HEADERS: Mapping[str, bytes] = {"ce_id": b"1"}
AT_ONCE = RetryPolicy(attempts=3, first_delay=0.0)


def tried(name: str, group: str, bootstrap: str, topic: str) -> ConsumerConfig:
    """Give the configuration of a consumer that is tried turn by turn."""
    return ConsumerConfig(
        *(name, group, bootstrap, (topic,)),
        retry=AT_ONCE,
        store_retry=AT_ONCE,
        commit_seconds=0,
        parked_seconds=0,
    )


class World(Protocol):
    """One topic with two partitions, `name`, and whoever reads it."""

    name: str
    config: ConsumerConfig

    def client(self) -> Broker: ...

    def append(
        self,
        partition: int,
        value: bytes | None,
        key: bytes | None = b"k",
        headers: Mapping[str, bytes] = _HEADERS,
    ) -> None: ...

    def committed(self) -> dict[int, int]: ...

    def dead_letters(self) -> list[Record]: ...


class MemoryWorld:
    def __init__(self) -> None:
        self.name = "facts"
        self.cluster = MemoryCluster()
        self.cluster.create_topic(self.name, 2)
        self.config = tried(self.name, "tried", "", self.name)

    def client(self) -> MemoryBroker:
        return MemoryBroker(self.cluster, self.config.group, self.config.topics)

    def append(
        self,
        partition: int,
        value: bytes | None,
        key: bytes | None = b"k",
        headers: Mapping[str, bytes] = _HEADERS,
    ) -> None:
        self.cluster.append(self.name, key, value, tuple(headers.items()), partition=partition)

    def committed(self) -> dict[int, int]:
        return {part.number: at for (_, part), at in self.cluster.committed.items()}

    def dead_letters(self) -> list[Record]:
        return self.cluster.records_of(self.config.dead_letter_topic)


class KafkaWorld:
    def __init__(self, bootstrap: str) -> None:
        self.name = f"facts-{uuid.uuid4().hex[:8]}"
        self.config = tried(f"tried-{self.name}", self.name, bootstrap, self.name)
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
        # It outlives the broker by a moment, which is nothing to report.
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "linger.ms": 0,
                "log_level": 0,
                "message.max.bytes": 64 * 1024 * 1024,
            }
        )
        topics = [NewTopic(self.name, 2, 1), NewTopic(self.config.dead_letter_topic, 1, 1)]
        for made in self._admin.create_topics(topics).values():
            made.result(30)

    def client(self) -> KafkaBroker:
        return KafkaBroker(self.config)

    def append(
        self,
        partition: int,
        value: bytes | None,
        key: bytes | None = b"k",
        headers: Mapping[str, bytes] = _HEADERS,
    ) -> None:
        self._producer.produce(
            self.name, value, key, partition=partition, headers=list(headers.items())
        )
        self._producer.flush(30)

    def committed(self) -> dict[int, int]:
        with self._reader() as reader:
            places = [TopicPartition(self.name, number) for number in (0, 1)]
            found = reader.committed(places, timeout=30)
        return {place.partition: place.offset for place in found if place.offset >= 0}

    def dead_letters(self) -> list[Record]:
        client = KafkaBroker(
            ConsumerConfig(
                "dead", uuid.uuid4().hex, self.config.bootstrap, (self.config.dead_letter_topic,)
            )
        )
        with self._reader() as reader:
            _, end = reader.get_watermark_offsets(
                TopicPartition(self.config.dead_letter_topic, 0), timeout=30
            )
        client.subscribe(FromTheBeginning())
        found: list[Record] = []
        for _ in range(200):
            if len(found) >= end:
                break
            found += client.read(100, 0.1)
        client.close()
        return found

    @contextmanager
    def _reader(self) -> Iterator[confluent_kafka.Consumer]:
        reader = confluent_kafka.Consumer(
            {"bootstrap.servers": self.config.bootstrap, "group.id": self.config.group}
        )
        yield reader
        reader.close()


class FromTheBeginning:
    """A listener that knows no offsets."""

    def assigned(self, partitions: object) -> Mapping[Partition, int]:
        return {}

    def revoked(self, partitions: object, *, lost: bool) -> None:
        return


class NotedOrders(dict[Partition, int]):
    """Orders in memory."""

    def open(self) -> dict[Partition, int]:
        return dict(self)

    def done(self, partition: Partition) -> None:
        del self[partition]


def reading(topic: str, handler: Callable[[Record], None]) -> Consumer[Ledger]:
    """Declare a consumer of the records of ``topic`` as they are."""
    consumer: Consumer[Ledger] = Consumer("tried")
    # A dead record lets its key go on, so that the others of a test's one key are applied.
    consumer.on(topic, holds_key=False)(lambda record, _: handler(record))
    return consumer


def no_event(record: Record) -> NoReturn:
    """Stand where events would be read."""
    raise AssertionError(f"{record} was read as an event")


def make_loop(
    world: World,
    ledger: Ledger,
    handler: Callable[[Record], None] | None = None,
    lot: ParkingLot | None = None,
    clock: Callable[[], float] = time.time,
    orders: Orders | None = None,
    halts: Halts | None = None,
    is_captured: Callable[[], bool] = lambda: True,
) -> Loop:
    """Build a loop that has joined its group."""
    ledger.opened()
    broker = world.client()
    loop = assemble(
        world.config,
        reading(world.name, handler or ledger.handle),
        read_model=ledger,
        broker=broker,
        store=ReadModelStore(ledger, world.config),
        lot=lot or MemoryLot(),
        read_event=no_event,
        clock=clock,
        orders=orders,
        halts=halts,
        is_captured=is_captured,
    )
    broker.subscribe(loop)
    return loop


def turn_until(loop: Loop, is_done: Callable[[], bool], turns: int = 300) -> None:
    """Turn until ``is_done``; a broker that needs longer than that has lost something."""
    for _ in range(turns):
        if is_done():
            return
        loop.turn()
    raise AssertionError(f"not done after {turns} turns: {loop.progress}")
