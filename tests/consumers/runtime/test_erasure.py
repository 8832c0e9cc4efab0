"""A request to forget a person is answered; every other record goes its way."""

import json

import pytest

from consumers.runtime.brokers.memory import MemoryBroker, MemoryCluster
from consumers.runtime.erasure import answering
from consumers.runtime.errors import PoisonRecord
from consumers.runtime.records import Record


@pytest.fixture
def cluster() -> MemoryCluster:
    """Give a broker with the topic of the receipts."""
    made = MemoryCluster()
    made.create_topic("erasure.receipts", 1)
    return made


def record(topic: str, event_type: bytes, key: bytes | None = b"7") -> Record:
    """Make a record of an event."""
    return Record(topic, 0, 0, key, b"", (("ce_type", event_type), ("ce_id", b"e-1")), 0.0)


def test_the_answer_says_what_was_removed_and_why(cluster: MemoryCluster) -> None:
    handed_on: list[Record] = []
    broker = MemoryBroker(cluster, "g", ("account.events",))
    handle = answering(handed_on.append, "search", {"7": 3}.__getitem__, broker)
    row = record("listing.cdc.listings_listing", b"AccountDeleted")

    for each in (row, record("account.events", b"AccountRegistered")):
        handle(each)
    assert cluster.records_of("erasure.receipts") == []
    handle(record("account.events", b"AccountDeleted"))

    (receipt,) = cluster.records_of("erasure.receipts")
    assert receipt.key == b"7"
    assert json.loads(receipt.value or b"") == {"person": "7", "consumer": "search", "removed": 3}
    assert dict(receipt.headers)["causationid"] == b"e-1"
    assert handed_on == [row]


def test_a_request_that_names_nobody_is_poison(cluster: MemoryCluster) -> None:
    handle = answering(
        lambda _: None, "search", lambda _: 0, MemoryBroker(cluster, "g", ("account.events",))
    )

    with pytest.raises(PoisonRecord):
        handle(record("account.events", b"AccountDeleted", key=None))
