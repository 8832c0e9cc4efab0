"""When the benchmark's rows became readable in Kafka.

Enters: a topic, read from its end on. Leaves: the moment each row was first read, by its id, on
the clock that stamped the commits. A row that never comes is no figure but an error.
"""

import json
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field

from confluent_kafka import Consumer, TopicPartition

_PARTITIONS = 6
# Longer than a connector needs to begin, and to find its place in a log full of others' rows.
_SILENCE_S = 60


class RowsMissing(Exception):
    """Rows that were committed did not arrive; the text says how many, and some of their ids."""


@dataclass
class Arrivals:
    """Rows by id as they arrive; committed ones only, which is what consumers get."""

    bootstrap: str
    topic: str
    moments: dict[int, float] = field(default_factory=dict)
    repetitions: int = 0

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
                number = json.loads(record.key() or b"{}")["id"]
                self.repetitions += number in self.moments
                self.moments.setdefault(number, now)
        consumer.close()

    def wait_for(self, rows: Collection[int]) -> list[float]:
        """Return when each row was first read, in the rows' order.

        Raises ``RowsMissing`` when some are not there and nothing comes any more.
        """
        known, since = -1, time.monotonic()
        while missing := len(rows) - self._read_of(rows):
            if len(self.moments) > known:
                known, since = len(self.moments), time.monotonic()
            elif time.monotonic() > since + _SILENCE_S:
                some = sorted(set(rows) - self.moments.keys())[:5]
                raise RowsMissing(
                    f"{missing:,} of {len(rows):,} rows never arrived in {self.topic}: {some}…"
                )
            time.sleep(0.05)
        return [self.moments[row] for row in rows]

    def _read_of(self, rows: Collection[int]) -> int:
        return sum(row in self.moments for row in rows)

    def close(self) -> None:
        """Stop reading."""
        self._is_over.set()
        self._thread.join()


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
