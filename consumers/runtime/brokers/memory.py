"""A broker in memory with Kafka's semantics, for tests that need no Kafka.

`MemoryCluster` keeps topics and the offsets of groups; `MemoryBroker` is one client.
"""

from collections.abc import Mapping
from zlib import crc32

from consumers.runtime.brokers.port import Headers, Listener
from consumers.runtime.errors import RecordTooLarge
from consumers.runtime.records import Partition, Record


class MemoryCluster:
    """Topics as lists of records; offsets by group."""

    def __init__(self, largest_record: int = 10 * 1024 * 1024) -> None:
        self.largest_record = largest_record
        self.logs: dict[Partition, list[Record]] = {}
        self.committed: dict[tuple[str, Partition], int] = {}

    def create_topic(self, name: str, partitions: int = 1) -> None:
        for number in range(partitions):
            self.logs.setdefault(Partition(name, number), [])

    def delete_topic(self, name: str) -> None:
        for partition in self.partitions_of(name):
            del self.logs[partition]

    def partitions_of(self, topic: str) -> list[Partition]:
        return sorted(partition for partition in self.logs if partition.topic == topic)

    def records_of(self, topic: str) -> list[Record]:
        return [record for part in self.partitions_of(topic) for record in self.logs[part]]

    def append(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
        timestamp: float = 0.0,
        partition: int | None = None,
    ) -> Record:
        if not self.partitions_of(topic):
            self.create_topic(topic)
        if partition is None:
            partition = crc32(key or b"") % len(self.partitions_of(topic))
        log = self.logs[Partition(topic, partition)]
        record = Record(topic, partition, len(log), key, value, headers, timestamp)
        log.append(record)
        return record


class MemoryBroker:
    """One client of a `MemoryCluster`, alone in its group."""

    def __init__(self, cluster: MemoryCluster, group: str, topics: tuple[str, ...]) -> None:
        self._cluster = cluster
        self._group = group
        self._topics = topics
        self._listener: Listener | None = None
        self._positions: dict[Partition, int] = {}
        self._paused: set[Partition] = set()

    def subscribe(self, listener: Listener) -> None:
        self._listener = listener

    def read(self, limit: int, timeout: float) -> list[Record]:
        self._assign_new_partitions()
        batch: list[Record] = []
        for partition, position in self._positions.items():
            if partition not in self._paused:
                taken = self._cluster.logs[partition][position : position + limit - len(batch)]
                self._positions[partition] += len(taken)
                batch += taken
        return batch

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        for partition, offset in offsets.items():
            self._cluster.committed[self._group, partition] = offset

    def keep_alive(self) -> None:
        self._paused |= set(self._positions)

    def pause(self, partition: Partition) -> None:
        self._paused.add(partition)

    def resume(self, partition: Partition) -> None:
        self._paused.discard(partition)

    def lag(self) -> dict[Partition, int]:
        return {part: len(self._cluster.logs[part]) - at for part, at in self._positions.items()}

    def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        texts = [key, value, *(part for name, text in headers for part in (name.encode(), text))]
        if sum(len(text or b"") for text in texts) > self._cluster.largest_record:
            raise RecordTooLarge(f"topic {topic} takes {self._cluster.largest_record} bytes")
        self._cluster.append(topic, key, value, headers)

    def close(self) -> None:
        self.rebalance(lost=False)
        self._listener = None

    def rebalance(self, *, lost: bool) -> None:
        """Take every partition away; the next read is given them anew."""
        if self._listener and self._positions:
            self._listener.revoked(list(self._positions), lost=lost)
        self._positions.clear()
        self._paused.clear()

    def _assign_new_partitions(self) -> None:
        subscribed = [part for topic in self._topics for part in self._cluster.partitions_of(topic)]
        fresh = [part for part in subscribed if part not in self._positions]
        if not fresh or self._listener is None:
            return
        starts = self._listener.assigned(fresh)
        for partition in fresh:
            start = starts.get(partition, 0)
            # As Kafka with auto.offset.reset=earliest: an offset past the end starts over.
            in_range = start <= len(self._cluster.logs[partition])
            self._positions[partition] = start if in_range else 0
