"""A broker in memory with Kafka's semantics, for tests that need no Kafka.

`MemoryCluster` keeps topics, groups and their offsets; `MemoryBroker` is one client. The same
suite of behaviour runs on it and on Kafka. Left out are the marks of transactions, time that
passes by itself, as a read waits for nobody, and doubt: a lost partition is always told as lost.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from zlib import crc32

from consumers.runtime.brokers.port import Headers, Listener
from consumers.runtime.errors import RecordTooLarge
from consumers.runtime.records import Partition, Record

log = logging.getLogger(__name__)


class MemoryCluster:
    """Topics as lists of records; offsets, members and owners by group."""

    def __init__(
        self, largest_record: int = 10 * 1024 * 1024, clock: Callable[[], float] = time.time
    ) -> None:
        self.largest_record = largest_record
        self.logs: dict[Partition, list[Record]] = {}
        self.committed: dict[tuple[str, Partition], int] = {}
        self.members: dict[str, list[MemoryBroker]] = {}
        self.owners: dict[tuple[str, Partition], MemoryBroker] = {}
        self._clock = clock

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
        timestamp: float | None = None,
        partition: int | None = None,
    ) -> Record:
        if not self.partitions_of(topic):
            self.create_topic(topic)
        if partition is None:
            partition = crc32(key or b"") % len(self.partitions_of(topic))
        log = self.logs[Partition(topic, partition)]
        made = self._clock() if timestamp is None else timestamp
        record = Record(topic, partition, len(log), key, value, headers, made)
        log.append(record)
        return record

    def share_of(self, client: "MemoryBroker") -> list[Partition]:
        """Give what the group wants ``client`` to read: of each topic, every n-th partition."""
        members = self.members[client.group]
        wanted = []
        for topic in client.topics:
            readers = [each for each in members if topic in each.topics]
            wanted += self.partitions_of(topic)[readers.index(client) :: len(readers)]
        return wanted


class MemoryBroker:
    """One client of a `MemoryCluster`.

    As in Kafka's own group protocol a partition changes hands in two steps, each inside a read
    of the client concerned: its owner lets it go, then the next one is given it.
    """

    def __init__(self, cluster: MemoryCluster, group: str, topics: tuple[str, ...]) -> None:
        self.group = group
        self.topics = topics
        self._cluster = cluster
        self._listener: Listener | None = None
        self._positions: dict[Partition, int] = {}
        # Ours, and not read before it is told where they start.
        self._held: set[Partition] = set()
        self._paused: set[Partition] = set()

    def subscribe(self, listener: Listener) -> None:
        self._listener = listener

    def read(self, limit: int, timeout: float) -> list[Record]:
        self._rebalance()
        batch: list[Record] = []
        for partition, position in self._positions.items():
            if partition not in self._paused:
                taken = self._cluster.logs[partition][position : position + limit - len(batch)]
                self._positions[partition] += len(taken)
                batch += taken
        return batch

    def commit(self, offsets: Mapping[Partition, int], *, wait: bool) -> None:
        if not self._is_member():
            log.warning("commit_failed error=%s", "the group knows no such member")
            return
        for partition, offset in offsets.items():
            self._cluster.committed[self.group, partition] = offset

    def keep_alive(self) -> None:
        self._paused |= set(self._positions)

    def pause(self, partition: Partition) -> None:
        if partition in self._positions:
            self._paused.add(partition)

    def resume(self, partition: Partition) -> None:
        self._paused.discard(partition)

    def begin(self, starts: Mapping[Partition, int | None]) -> None:
        self._held -= set(starts)
        for partition, told in starts.items():
            start = told or 0
            # As Kafka with auto.offset.reset=earliest: an offset past the end starts over.
            in_range = start <= len(self._cluster.logs[partition])
            self._positions[partition] = start if in_range else 0

    def seek(self, partition: Partition, offset: int) -> None:
        self._positions[partition] = offset

    def lag(self, *, asks: bool = False) -> dict[Partition, int]:
        logs = self._cluster.logs
        return {part: len(logs[part]) - at for part, at in self._positions.items() if part in logs}

    def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        texts = [key, value, *(part for name, text in headers for part in (name.encode(), text))]
        if sum(len(text or b"") for text in texts) > self._cluster.largest_record:
            raise RecordTooLarge(f"topic {topic} takes {self._cluster.largest_record} bytes")
        self._cluster.append(topic, key, value, headers)

    def close(self) -> None:
        self._let_go(self._own, lost=False)
        self.vanish()
        self._listener = None

    def vanish(self) -> None:
        """Be silent for too long: the group goes on without this client, which does not know it.

        A client that wakes up hears at its next read that its partitions are lost, and joins anew.
        """
        if self._is_member():
            self._cluster.members[self.group].remove(self)
        owners = self._cluster.owners
        # Of a copy: other clients, in other threads, are given partitions meanwhile.
        for place in [place for place, owner in list(owners.items()) if owner is self]:
            del owners[place]

    def _rebalance(self) -> None:
        if self._listener is None:
            return
        if not self._is_member():
            self._let_go(self._own, lost=True)
            self._cluster.members.setdefault(self.group, []).append(self)
        wanted = self._cluster.share_of(self)
        self._let_go([part for part in self._own if part not in wanted], lost=False)
        owners = self._cluster.owners
        self._take([part for part in wanted if (self.group, part) not in owners])

    def _take(self, partitions: list[Partition]) -> None:
        if not partitions or self._listener is None:
            return
        self._cluster.owners |= {(self.group, part): self for part in partitions}
        self._held |= set(partitions)
        if (starts := self._listener.assigned(partitions)) is not None:
            self.begin({part: starts.get(part) for part in partitions})

    def _let_go(self, partitions: Iterable[Partition], *, lost: bool) -> None:
        gone = list(partitions)
        if gone and self._listener is not None:
            self._listener.revoked(gone, lost=lost)
        for partition in gone:
            self._positions.pop(partition, None)
            self._held.discard(partition)
            # A pause belongs to an assignment; whoever is given the partition anew reads it.
            self._paused.discard(partition)
            if not lost:
                self._cluster.owners.pop((self.group, partition), None)

    @property
    def _own(self) -> list[Partition]:
        return [*self._positions, *self._held]

    def _is_member(self) -> bool:
        return self in self._cluster.members.get(self.group, ())
