"""A request to forget a person is answered; every other account event goes its way."""

import json

from cdc.contracts.topics import ACCOUNT_EVENTS
from consumers.runtime.assembly import assemble
from consumers.runtime.brokers.memory import MemoryBroker, MemoryCluster
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Consumer
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.stores.read_model import ReadModelStore
from tests.consumers.runtime.worlds import Ledger, no_event


def told(*events: tuple[bytes, bytes | None]) -> MemoryCluster:
    """Let a consumer hear of account events by type and key; return what its broker holds then."""
    cluster, ledger, consumer = MemoryCluster(), Ledger(), Consumer[Ledger]("search")
    consumer.forgets(lambda person, _: {"7": 3}[person])
    for event_type, key in events:
        headers = (("ce_type", event_type), ("ce_id", b"e-1"))
        cluster.append(ACCOUNT_EVENTS, key, b"", headers, partition=0)
    config = ConsumerConfig("search", "g", "", consumer.topics, parked_seconds=0)
    broker = MemoryBroker(cluster, "g", config.topics)
    loop = assemble(
        config,
        consumer,
        read_model=ledger,
        broker=broker,
        store=ReadModelStore(ledger, config),
        lot=MemoryLot(),
        read_event=no_event,
    )
    broker.subscribe(loop)
    for _ in range(3):
        loop.turn()
    return cluster


def test_the_answer_says_what_was_removed_and_why() -> None:
    cluster = told((b"AccountRegistered", b"7"), (b"AccountDeleted", b"7"))

    (receipt,) = cluster.records_of("erasure.receipts")
    assert receipt.key == b"7"
    assert json.loads(receipt.value or b"") == {"person": "7", "consumer": "search", "removed": 3}
    assert dict(receipt.headers)["causationid"] == b"e-1"
    assert cluster.records_of("search.dead-letters") == []


def test_a_request_that_names_nobody_is_poison() -> None:
    cluster = told((b"AccountDeleted", None))

    (letter,) = cluster.records_of("search.dead-letters")
    assert b"names nobody" in (letter.header("error") or b"")
    assert cluster.records_of("erasure.receipts") == []
