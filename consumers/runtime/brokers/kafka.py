"""The broker port on Kafka, by confluent-kafka.

Enters: a group's share of the topics. Leaves: records to the loop, offsets and dead
letters to Kafka. The group protocol is the broker-side one of Kafka 4 (KIP-848).
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_INVALID,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)

from consumers.runtime.brokers.connection import connection_options
from consumers.runtime.brokers.port import Headers, Listener
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import RecordTooLarge, RetryLater, StopConsumer
from consumers.runtime.records import Partition, Record, last_of

log = logging.getLogger(__name__)

_SEND_TIMEOUT = 10.0
_LAG_TIMEOUT = 1.0
# What the client lets pass; the broker's own limit decides.
_LARGEST_RECORD = 64 * 1024 * 1024
# What the client waits for a poll by its own default, and at most.
_POLLED_WITHIN = (300.0, 86_400.0)


def consumer_options(config: ConsumerConfig) -> dict[str, object]:
    """Give the client's options; nothing is committed or stored behind the loop's back."""
    return {
        **connection_options(config),
        "client.id": config.client or config.name,
        "group.id": config.group,
        "group.protocol": "consumer",
        # No `group.instance.id`: under this protocol a new member with the id of one that died
        # without leaving is refused until the session has timed out; without, it begins at once.
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        # Of commits that nobody waited for.
        "on_commit": _committed,
        # What a producer has taken back is no record.
        "isolation.level": "read_committed",
        # The end of a partition is told: behind the last record of a transaction stands its
        # mark, which is no record, and without this would look like one to be read for ever.
        "enable.partition.eof": True,
        "auto.offset.reset": "earliest",
        "max.poll.interval.ms": int(_polled_within(config) * 1000),
        # A broker that is away is knocked at calmly, and found within a second of its return.
        "reconnect.backoff.ms": 500,
        "reconnect.backoff.max.ms": 1000,
        # A topic that is created after the consumer started is found this soon.
        "topic.metadata.refresh.interval.ms": 5000,
        "queued.max.messages.kbytes": 16384,
        **config.options,
    }


def _polled_within(config: ConsumerConfig) -> float:
    # Amid a rebalance handlers are waited for without a poll until they count as stuck. The group
    # has to wait twice as long, as settling comes behind that; or it would put a slow one out.
    usual, longest = _POLLED_WITHIN
    return min(max(usual, 2 * config.stuck_seconds), longest)


def _committed(error: KafkaError | None, _: Sequence[TopicPartition]) -> None:
    if error is not None:
        log.warning("commit_failed error=%s", error)


def producer_options(config: ConsumerConfig) -> dict[str, object]:
    """Give the options of who sends dead letters; of the consumer's own, how it is let in."""
    return {
        **connection_options(config),
        "client.id": config.client or config.name,
        "acks": "all",
        "enable.idempotence": True,
        "linger.ms": 0,
        "message.max.bytes": _LARGEST_RECORD,
        "message.timeout.ms": int(_SEND_TIMEOUT * 1000),
    }


class KafkaBroker:
    """One client of the group ``config.group``."""

    def __init__(self, config: ConsumerConfig) -> None:
        self._config = config
        self._consumer = Consumer(consumer_options(config), logger=log)
        self._producer: Producer | None = None
        self._sending = threading.Lock()
        self._listener: Listener | None = None
        self._positions: dict[Partition, int] = {}
        self._early: list[Message] = []
        # Nothing is given of these; of some it is known by now where they start.
        self._held: set[Partition] = set()
        self._starts: dict[Partition, int] = {}

    def subscribe(self, listener: Listener) -> None:
        self._listener = listener
        self._consumer.subscribe(
            list(self._config.topics),
            on_assign=self._on_assign,
            on_revoke=lambda _, parts: self._on_revoke(parts, lost=False),
            on_lost=lambda _, parts: self._on_revoke(parts, lost=True),
        )

    def read(self, limit: int, timeout: float) -> list[Record]:
        self._begin_known()
        if self._early:
            early, self._early = self._early, []
            if records := self._records(early):
                return records
        # consume() waits for a full batch until its timeout; poll() returns with the first
        # record, so a lone change is not held back, and the rest of the batch is taken as is.
        while (first := self._consumer.poll(timeout)) is not None:
            messages = [first, *self._consumer.consume(limit - 1, timeout=0)]
            if records := self._records(messages):
                return records
        return []

    def commit(self, offsets: Mapping[Partition, int], *, wait: bool) -> None:
        places = [TopicPartition(*part, offset) for part, offset in offsets.items()]
        try:
            if wait:
                self._consumer.commit(offsets=places, asynchronous=False)
            else:
                self._consumer.commit(offsets=places, asynchronous=True)
        except KafkaException as failure:
            log.warning("commit_failed error=%s", failure)

    def keep_alive(self) -> None:
        self._consumer.pause(self._consumer.assignment())
        if (message := self._consumer.poll(0)) is not None:
            # Told before the pause took hold; the next read gives it first.
            self._early.append(message)

    def pause(self, partition: Partition) -> None:
        self._consumer.pause([TopicPartition(*partition)])

    def resume(self, partition: Partition) -> None:
        self._consumer.resume([TopicPartition(*partition)])

    def begin(self, starts: Mapping[Partition, int | None]) -> None:
        for partition, start in starts.items():
            self._starts[partition] = OFFSET_BEGINNING if start is None else start
        self._begin_known()

    def seek(self, partition: Partition, offset: int) -> None:
        try:
            self._consumer.seek(TopicPartition(*partition, offset))
        except KafkaException as failure:
            raise StopConsumer(f"{partition} cannot be read from {offset}: {failure}") from failure
        self._positions[partition] = offset
        self._early = [message for message in self._early if place_of(message) != partition]

    def lag(self, *, asks: bool = False) -> dict[Partition, int]:
        ends = self._asked_ends() if asks else self._fetched_ends()
        return {place: _behind(self._positions[place], *known) for place, known in ends.items()}

    def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        outcome: list[KafkaError | None] = []
        # Handlers of several lanes send at once; another's flush would hear of our record.
        with self._sending:
            producer = self._producer or self._make_producer()
            producer.produce(
                *(topic, value, key),
                headers=list(headers),
                on_delivery=lambda err, _: outcome.append(err),
            )
            producer.flush(_SEND_TIMEOUT)
        if not outcome or outcome[0] is not None:
            raise _refusal(topic, outcome[0] if outcome else None)

    def close(self) -> None:
        self._consumer.close()
        # Everything was flushed as it was sent; without an owner the client ends its threads.
        self._producer = None

    def _begin_known(self) -> None:
        for partition, start in list(self._starts.items()):
            place = TopicPartition(*partition, start)
            try:
                # In this order: resumed later, it would go on from where it was paused.
                self._consumer.resume([place])
                self._consumer.seek(place)
            except KafkaException as failure:
                # The client has not begun to fetch it yet; the next read tries again.
                log.warning("unbegun partition=%s error=%s", partition, failure)
                continue
            del self._starts[partition]
            self._held.discard(partition)
            self._positions[partition] = max(start, 0)
            self._early = [message for message in self._early if place_of(message) != partition]

    def _make_producer(self) -> Producer:
        self._producer = Producer(producer_options(self._config))
        return self._producer

    def _fetched_ends(self) -> dict[Partition, tuple[int, int]]:
        # Asking the broker instead would wait behind the long fetch on the same connection:
        # half a second for each partition, in which no record is read.
        ends = {
            place: self._consumer.get_watermark_offsets(TopicPartition(*place), cached=True)
            for place in self._positions
        }
        return {place: end for place, end in ends.items() if end and end[1] != OFFSET_INVALID}

    def _asked_ends(self) -> dict[Partition, tuple[int, int]]:
        ends: dict[Partition, tuple[int, int]] = {}
        try:
            for place in self._positions:
                found = self._consumer.get_watermark_offsets(TopicPartition(*place), _LAG_TIMEOUT)
                if found is not None:
                    ends[place] = found
        except KafkaException as failure:
            log.debug("ends_unknown error=%s", failure)
        return ends

    def _records(self, messages: Sequence[Message]) -> list[Record]:
        records = [record_of(message) for message in messages if message.error() is None]
        if self._held:
            records = [record for record in records if record.source not in self._held]
        for last in last_of(records):
            self._positions[last.source] = last.offset + 1
        # Afterwards: the end of a partition lies behind all that was read of it.
        if len(records) < len(messages):
            for message in messages:
                if (error := message.error()) is not None:
                    self._meet(error, message)
        return records

    def _meet(self, error: KafkaError, message: Message) -> None:
        if error.code() == KafkaError._PARTITION_EOF:
            self._reach_end(message)
        else:
            _judge(error)

    def _reach_end(self, message: Any) -> None:
        partition = place_of(message)
        if partition in self._positions:
            self._positions[partition] = message.offset()

    def _on_assign(self, _: Consumer, places: list[TopicPartition]) -> None:
        partitions = [Partition(place.topic, place.partition) for place in places]
        starts = self._listener.assigned(partitions) if self._listener else {}
        if starts is None:
            self._hold(partitions)
            return
        self._positions |= {part: starts.get(part, 0) for part in partitions}
        self._consumer.incremental_assign(
            [TopicPartition(*part, starts.get(part, OFFSET_BEGINNING)) for part in partitions]
        )

    def _hold(self, partitions: Sequence[Partition]) -> None:
        self._held |= set(partitions)
        places = [TopicPartition(*part, OFFSET_BEGINNING) for part in partitions]
        self._consumer.incremental_assign(places)
        self._consumer.pause(places)

    def _on_revoke(self, places: list[TopicPartition], *, lost: bool) -> None:
        partitions = [Partition(place.topic, place.partition) for place in places]
        if self._listener:
            self._listener.revoked(partitions, lost=lost)
        for partition in partitions:
            self._positions.pop(partition, None)
            self._starts.pop(partition, None)
        self._held -= set(partitions)
        self._early = [m for m in self._early if place_of(m) not in set(partitions)]
        self._consumer.incremental_unassign(places)


def _behind(position: int, low: int, high: int) -> int:
    # A position past the end belongs to a topic that was made anew; it will be read whole.
    return high - low if position > high else high - max(position, low)


def place_of(message: Any) -> Partition:
    return Partition(message.topic(), message.partition())


def record_of(message: Any) -> Record:
    # The stubs allow for messages without a place; those that come off a topic have one.
    return Record(
        message.topic(),
        message.partition(),
        message.offset(),
        message.key(),
        message.value(),
        tuple(message.headers() or ()),
        message.timestamp()[1] / 1000,
    )


def _refusal(topic: str, error: KafkaError | None) -> RetryLater:
    is_too_large = error is not None and error.code() == KafkaError.MSG_SIZE_TOO_LARGE
    kind = RecordTooLarge if is_too_large else RetryLater
    return kind(f"topic {topic} did not take the record: {error or 'no answer in time'}")


def _judge(error: KafkaError) -> None:
    """End on an error that no waiting heals; the client itself retries the others."""
    if error.fatal():
        raise StopConsumer(f"Kafka refuses this consumer: {error}")
    log.warning("read_failed error=%s", error)
