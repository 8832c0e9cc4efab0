"""A topic of domain events as they leave the outbox, filled before anything is measured.

Enters: a broker and a number. Leaves: that many records in six partitions, and what whoever
reads them all must come to: their count, and the sum of their ids.
"""

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from cdc.contracts.codec import encode
from cdc.contracts.events import ListingRepriced
from tests.bench.peers.work import number_of

_PARTITIONS = 6
# As many homes as the stock has: each is repriced again and again.
_LISTINGS = 25_000
_SCHEMA_ID = 1
_SENT_TOGETHER = 10_000


@dataclass(frozen=True, slots=True)
class Prefilled:
    """A filled topic; ``checksum`` is the sum of its events' ids."""

    bootstrap: str
    topic: str
    events: int
    checksum: int


@contextmanager
def prefilled(bootstrap: str, events: int) -> Iterator[Prefilled]:
    """Make a topic of so many events, and delete it afterwards."""
    topic = f"bench.runtime.{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, _PARTITIONS, 1)])[topic].result()
    try:
        yield Prefilled(bootstrap, topic, events, _fill(bootstrap, topic, events))
    finally:
        admin.delete_topics([topic])[topic].result()


def _fill(bootstrap: str, topic: str, events: int) -> int:
    producer = Producer(
        {"bootstrap.servers": bootstrap, "enable.idempotence": True, "compression.type": "lz4"}
    )
    # The same ids in every run.
    draw = random.Random(1)
    checksum = 0
    for number in range(events):
        message_id = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        checksum += number_of(message_id)
        listing, version = number % _LISTINGS + 1, number // _LISTINGS + 1
        event = ListingRepriced(listing, old_price=500_000 + version, new_price=500_001 + version)
        headers = _headers(message_id, listing, version, uuid.UUID(int=draw.getrandbits(128)))
        producer.produce(topic, encode(event, _SCHEMA_ID), str(listing), headers=headers)
        if number % _SENT_TOGETHER == 0:
            producer.flush()
    producer.flush()
    return checksum


def _headers(
    message_id: str, listing: int, version: int, correlation: uuid.UUID
) -> list[tuple[str, str | bytes | None]]:
    return [
        ("ce_id", message_id),
        ("ce_specversion", "1.0"),
        ("ce_source", "/monolith"),
        ("ce_type", "ListingRepriced"),
        ("ce_subject", str(listing)),
        ("ce_time", "2026-11-24T16:00:00.123456Z"),
        ("aggregateversion", str(version)),
        ("correlationid", str(correlation)),
        ("causationid", ""),
        ("traceparent", f"00-{correlation.hex}-{correlation.hex[:16]}-01"),
    ]
