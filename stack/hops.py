"""Watch one listing's change at each hop of the line, from outside.

Enters: addresses. Leaves: whether a hop has seen a version or a price yet. Everything is
read where the next part of the line would read it: Kafka's topics, the search's own answer,
the gateway.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from cdc.contracts.topics import LISTING_EVENTS, LISTING_ROWS


def headers_of(record: Message) -> dict[str, str]:
    """Return a record's headers as text; one without a value is left out."""
    pairs: Any = record.headers() or []
    return {name: value.decode() for name, value in pairs if value is not None}


@dataclass
class Seen:
    """What the topics have shown of one listing since the watch began."""

    event_version: int = 0
    row_version: int = 0
    row_price: int = 0


@dataclass
class TopicWatch:
    """The records about one listing that come after now."""

    bootstrap: str
    listing: int
    seen: Seen = field(default_factory=Seen)

    def __post_init__(self) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": "stack-journey",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 10,
                "log_level": 0,
            }
        )
        self._consumer.assign([*self._ends(LISTING_EVENTS), *self._ends(LISTING_ROWS)])

    def _ends(self, topic: str) -> list[TopicPartition]:
        partitions = self._consumer.list_topics(topic, timeout=10).topics[topic].partitions
        ends = []
        for number in partitions:
            _, end = self._consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)
            ends.append(TopicPartition(topic, number, end))
        return ends

    def poll(self) -> Seen:
        """Read what has come and return all that was seen so far."""
        for record in self._consumer.consume(100, timeout=0.005):
            if record.error():
                raise KafkaException(record.error())
            if record.topic() == LISTING_EVENTS:
                self._see_event(headers_of(record))
            elif (value := record.value()) is not None:
                self._see_row(json.loads(value)["after"])
        return self.seen

    def _see_event(self, headers: dict[str, str]) -> None:
        if headers.get("ce_subject") == str(self.listing):
            self.seen.event_version = int(headers["aggregateversion"])

    def _see_row(self, row: dict[str, int] | None) -> None:
        if row and row["id"] == self.listing:
            self.seen.row_version = row["version"]
            self.seen.row_price = row["price"]

    def close(self) -> None:
        """End the watch."""
        self._consumer.close()


def projected_version(search: httpx.Client, listing: int) -> int:
    """Return the version of the listing in the search's read model; 0 when it has none."""
    answer = search.get(f"/_projection/listing/{listing}")
    return int(answer.json()["version"]) if answer.status_code == httpx.codes.OK else 0


def served_with_price(site: httpx.Client, listing: int, price: int) -> str:
    """Return who serves a search page with the listing at this price; "" when it is not there."""
    answer = site.get(
        "/search",
        params={"price_min": price, "price_max": price, "status": "any", "sort": "newest"},
    )
    is_there = answer.status_code == httpx.codes.OK and f"/homes/{listing}-" in answer.text
    return answer.headers.get("x-served-by", "unknown") if is_there else ""
