"""What the consumers answered to an erasure.

Enters: a person's id. Leaves: the receipts in `erasure.receipts`, the newest of each consumer.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

from confluent_kafka import Consumer, Message, TopicPartition

from cdc.contracts.topics import ERASURE_RECEIPTS


@dataclass(frozen=True, slots=True)
class Receipt:
    """One consumer's answer: how many rows or documents of the person it removed."""

    consumer: str
    removed: int


def wait_for(bootstrap: str, person: str, expected: set[str], timeout_s: float) -> list[Receipt]:
    """Return the person's receipts once every expected consumer answered, or when time is up."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "erase", "log_level": 0})
    found: dict[str, Receipt] = {}
    try:
        consumer.assign(_everything(consumer))
        deadline = time.monotonic() + timeout_s
        while expected - set(found) and time.monotonic() < deadline:
            for receipt in _of(person, consumer.consume(1000, timeout=0.2)):
                found[receipt.consumer] = receipt
    finally:
        consumer.close()
    return sorted(found.values(), key=lambda receipt: receipt.consumer)


def _everything(consumer: Consumer) -> list[TopicPartition]:
    partitions = consumer.list_topics(ERASURE_RECEIPTS, timeout=10).topics[ERASURE_RECEIPTS]
    return [TopicPartition(ERASURE_RECEIPTS, number, 0) for number in partitions.partitions]


def _of(person: str, records: list[Message]) -> Iterator[Receipt]:
    for record in records:
        if record.error() is None and record.key() == person.encode():
            told = json.loads(record.value() or b"{}")
            yield Receipt(str(told["consumer"]), int(told["removed"]))
