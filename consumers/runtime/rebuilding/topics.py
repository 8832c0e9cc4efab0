"""The topics of a consumer, read from any offset and outside its group.

Nobody is rebalanced by it and nothing is committed. Adapters: `KafkaTopics`, `MemoryTopics`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from consumers.runtime.brokers.connection import connection_options
from consumers.runtime.brokers.kafka import place_of, record_of
from consumers.runtime.brokers.memory import MemoryCluster
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import StopConsumer
from consumers.runtime.rebuilding.port import RebuildRefused
from consumers.runtime.records import Partition, Record

# Rather a broken connection told than a rebuild that waits for ever.
_PATIENCE = 30.0


class Topics(Protocol):
    """One reader of all partitions."""

    @property
    def positions(self) -> Mapping[Partition, int]:
        """Give the next offset to be read of each partition; marks of transactions count."""

    def bounds(self) -> dict[Partition, tuple[int, int]]:
        """Give the first offset kept of each partition, and the next to be written.

        Raises ``RebuildRefused`` when the broker is away.
        """

    def offsets_at(self, moment: float) -> dict[Partition, int]:
        """Give the first offset of each partition that is not older, or the next to be written.

        Raises ``RebuildRefused`` when the broker is away.
        """

    def start(self, offsets: Mapping[Partition, int]) -> None:
        """Read on from ``offsets``; a partition left out from its beginning."""

    def read(self, limit: int) -> list[Record]:
        """Give the next records; none when nothing came within a moment."""

    def close(self) -> None:
        """Let go of the broker."""


class KafkaTopics:
    """A client of its own that joins no group."""

    def __init__(self, config: ConsumerConfig) -> None:
        self.positions: dict[Partition, int] = {}
        self._topics = config.topics
        self._consumer = Consumer(
            {
                **connection_options(config),
                "client.id": f"{config.name}-rebuild",
                # The client wants a name; nothing is ever committed under it.
                "group.id": f"{config.group}-rebuild",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
                # Bounds are asked on the connection that fetches: no fetch may wait for long.
                "fetch.wait.max.ms": 20,
                "queued.min.messages": 100_000,
                "queued.max.messages.kbytes": 65_536,
            }
        )

    def bounds(self) -> dict[Partition, tuple[int, int]]:
        with _refusing():
            return {
                partition: self._consumer.get_watermark_offsets(
                    TopicPartition(*partition), timeout=_PATIENCE
                )
                for partition in self._partitions()
            }

    def offsets_at(self, moment: float) -> dict[Partition, int]:
        with _refusing():
            bounds = self.bounds()
            wanted = [TopicPartition(*part, int(moment * 1000)) for part in bounds]
            found = self._consumer.offsets_for_times(wanted, timeout=_PATIENCE) if wanted else []
        places = {Partition(each.topic, each.partition): each.offset for each in found}
        # A negative one says that nothing is so young.
        return {part: at if at >= 0 else bounds[part][1] for part, at in places.items()}

    def start(self, offsets: Mapping[Partition, int]) -> None:
        bounds = self.bounds()
        self.positions = {part: offsets.get(part, low) for part, (low, _) in bounds.items()}
        self._consumer.assign(
            [TopicPartition(*part, offsets.get(part, OFFSET_BEGINNING)) for part in bounds]
        )

    def read(self, limit: int) -> list[Record]:
        messages = self._consumer.consume(limit, timeout=0.05)
        return [record for message in messages if (record := self._record(message))]

    def close(self) -> None:
        self._consumer.close()

    def _partitions(self) -> list[Partition]:
        known = self._consumer.list_topics(timeout=_PATIENCE).topics
        # A topic that is not there yet has nothing to tell.
        return [
            Partition(topic, number)
            for topic in self._topics
            if topic in known
            for number in known[topic].partitions
        ]

    def _record(self, message: Message) -> Record | None:
        if (error := message.error()) is None:
            record = record_of(message)
            self.positions[record.source] = record.offset + 1
            return record
        if error.code() == KafkaError._PARTITION_EOF:
            self.positions[place_of(message)] = message.offset() or 0
        elif error.fatal():
            raise StopConsumer(f"Kafka refuses this reader: {error}")
        return None


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except KafkaException as failure:
        raise RebuildRefused(f"Kafka does not tell its topics: {failure}") from failure


class MemoryTopics:
    """The same over topics in memory."""

    def __init__(self, cluster: MemoryCluster, topics: tuple[str, ...]) -> None:
        self.positions: dict[Partition, int] = {}
        self._cluster = cluster
        self._topics = topics

    def bounds(self) -> dict[Partition, tuple[int, int]]:
        partitions = (p for topic in self._topics for p in self._cluster.partitions_of(topic))
        return {partition: (0, len(self._cluster.logs[partition])) for partition in partitions}

    def offsets_at(self, moment: float) -> dict[Partition, int]:
        return {
            part: sum(record.timestamp < moment for record in self._cluster.logs[part])
            for part in self.bounds()
        }

    def start(self, offsets: Mapping[Partition, int]) -> None:
        self.positions = {part: offsets.get(part, 0) for part in self.bounds()}

    def read(self, limit: int) -> list[Record]:
        batch: list[Record] = []
        for partition, at in self.positions.items():
            taken = self._cluster.logs[partition][at : at + limit - len(batch)]
            self.positions[partition] = at + len(taken)
            batch += taken
        return batch

    def close(self) -> None:
        self.positions = {}
