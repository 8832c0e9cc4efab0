"""When each change was seen at a hop: every one in Kafka, a sample of them behind it.

Enters: changes as they are committed. Leaves: milliseconds from the commit to the sighting.
A sighting is this process's own, on the clock that stamped the commit; those by HTTP are at
most one polling interval late.
"""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
from confluent_kafka import Consumer, TopicPartition

from cdc.contracts.topics import LISTING_EVENTS, LISTING_ROWS
from stack.hops import headers_of
from tests.bench.writer import Change

Key = tuple[int, int]

_POLL_S = 0.005
_GIVE_UP_S = 20


@dataclass
class TopicSightings:
    """The moments at which records of both topics arrived, by (listing, version)."""

    bootstrap: str
    events: dict[Key, float] = field(default_factory=dict)
    rows: dict[Key, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._is_over = threading.Event()
        self._is_reading = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        self._is_reading.wait(10)

    def _read(self) -> None:
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": "bench",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 5,
            }
        )
        consumer.assign([*_ends(consumer, LISTING_EVENTS), *_ends(consumer, LISTING_ROWS)])
        self._is_reading.set()
        while not self._is_over.is_set():
            # One at a time: a batch would be held back until it is full.
            record = consumer.poll(0.05)
            if record is None or record.error():
                continue
            now = time.monotonic()
            if record.topic() == LISTING_EVENTS:
                headers = headers_of(record)
                self.events[int(headers["ce_subject"]), int(headers["aggregateversion"])] = now
            elif (value := record.value()) is not None and (row := json.loads(value)["after"]):
                self.rows[row["id"], row["version"]] = now
        consumer.close()

    def close(self) -> None:
        """Stop reading."""
        self._is_over.set()
        self._thread.join()


def _ends(consumer: Consumer, topic: str) -> list[TopicPartition]:
    partitions = [
        TopicPartition(topic, number)
        for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions
    ]
    for place in partitions:
        _, place.offset = consumer.get_watermark_offsets(place, timeout=10)
    return partitions


class NeverSeen(AssertionError):
    """A change that was committed did not arrive: no figure tells of that."""


@dataclass
class SampledSightings:
    """Ask by HTTP for a sample of the changes until each one is seen."""

    is_seen: Callable[[Change], bool]
    every: int
    latencies_ms: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(2)
        self._looks: list[Future[None]] = []
        self._count = 0

    def tell(self, change: Change) -> None:
        """Hear of a commit; look for it if it belongs to the sample."""
        self._count += 1
        if self._count % self.every == 0:
            self._looks.append(self._pool.submit(self._look, change))

    def _look(self, change: Change) -> None:
        while time.monotonic() < change.committed_at + _GIVE_UP_S:
            if self.is_seen(change):
                self.latencies_ms.append((time.monotonic() - change.committed_at) * 1000)
                return
            time.sleep(_POLL_S)
        raise NeverSeen(f"{change} was not seen within {_GIVE_UP_S} s")

    def close(self) -> None:
        """Wait for the last of the sample. Raises ``NeverSeen``, and what asking has raised."""
        self._pool.shutdown()
        for look in self._looks:
            look.result()


def projected(search: httpx.Client) -> Callable[[Change], bool]:
    """Tell whether the search's read model has a change."""

    def is_seen(change: Change) -> bool:
        answer = search.get(f"/_projection/listing/{change.listing}")
        return answer.is_success and answer.json()["version"] >= change.version

    return is_seen


def listed(site: httpx.Client) -> Callable[[Change], bool]:
    """Tell whether a search by the new price lists the home in its new version."""

    def is_seen(change: Change) -> bool:
        bounds: dict[str, str | int] = {
            "price_min": change.price,
            "price_max": change.price,
            "status": "any",
        }
        answer = site.get("/api/v1/search", params=bounds)
        return answer.is_success and any(
            home["id"] == change.listing and home["version"] >= change.version
            for home in answer.json()["results"]
        )

    return is_seen
