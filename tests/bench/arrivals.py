"""When the benchmark's rows became readable in Kafka.

Enters: a topic, read from its end on. Leaves: the moment each row was first seen, on the clock
that stamped the commits; of a backlog, how long it took until all of it was there.
"""

import json
import threading
import time
from dataclasses import dataclass, field

from confluent_kafka import Consumer, TopicPartition

_PARTITIONS = 6
_TOO_LONG_S = 600


@dataclass
class Arrivals:
    """Rows by id as they arrive; committed ones only, which is what consumers get."""

    bootstrap: str
    topic: str
    moments: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._is_over = threading.Event()
        self._is_reading = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        self._is_reading.wait(30)

    def _read(self) -> None:
        consumer = _consumer(self.bootstrap)
        ends = []
        for number in range(_PARTITIONS):
            place = TopicPartition(self.topic, number)
            _, place.offset = consumer.get_watermark_offsets(place, timeout=10)
            ends.append(place)
        consumer.assign(ends)
        self._is_reading.set()
        while not self._is_over.is_set():
            record = consumer.poll(0.05)
            if record is not None and not record.error():
                now = time.monotonic()
                self.moments.setdefault(json.loads(record.key() or b"{}")["id"], now)
        consumer.close()

    def close(self) -> None:
        """Stop reading."""
        self._is_over.set()
        self._thread.join()


def records_in(bootstrap: str, topic: str) -> int:
    """Return how many records the topic holds now."""
    consumer = _consumer(bootstrap)
    try:
        return _count(consumer, topic)
    finally:
        consumer.close()


def wait_for(bootstrap: str, topic: str, number: int) -> tuple[float, float]:
    """Wait until the topic holds so many records; return when it began to grow, and that moment."""
    consumer = _consumer(bootstrap)
    before, begun, now = _count(consumer, topic), 0.0, time.monotonic()
    deadline = now + _TOO_LONG_S
    while (count := _count(consumer, topic)) < number:
        now = time.monotonic()
        if now > deadline:
            raise OSError(f"Only {count:,} of {number:,} records arrived in {_TOO_LONG_S} s.")
        if not begun and count > before:
            begun = now
        time.sleep(0.05)
    consumer.close()
    return begun, time.monotonic()


def _count(consumer: Consumer, topic: str) -> int:
    places = [TopicPartition(topic, number) for number in range(_PARTITIONS)]
    ends = [consumer.get_watermark_offsets(place, timeout=10) for place in places]
    return sum(high - low for low, high in ends)


def _consumer(bootstrap: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "bench-cdc",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "fetch.wait.max.ms": 5,
        }
    )
