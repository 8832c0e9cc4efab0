"""A request to forget a person is answered; every other account event goes its way."""

import json

from cdc.contracts.topics import ACCOUNT_EVENTS
from consumers.runtime.brokers.memory import MemoryCluster
from consumers.runtime.consumer import Consumer
from consumers.runtime.testing.line import Line
from consumers.runtime.testing.records import Told
from tests.consumers.runtime.ledger import Ledger


def told(*events: tuple[bytes, bytes | None]) -> MemoryCluster:
    """Let a consumer hear of account events by type and key; return what its broker holds then."""
    consumer = Consumer[Ledger]("search")
    consumer.forgets(lambda person, _: {"7": 3}[person])
    line = Line(consumer, Ledger().opened)
    for event_type, key in events:
        headers = (("ce_type", event_type), ("ce_id", b"e-1"))
        line.tell(Told(ACCOUNT_EVENTS, key, b"", headers))
    line.run()
    return line.cluster


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
