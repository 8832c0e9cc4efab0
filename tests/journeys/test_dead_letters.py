"""A record that can never be applied is put aside with its reason, and the line goes on."""

import json

import pytest
from confluent_kafka import Producer

from cdc.contracts.topics import LISTING_ROWS, SEARCH_DEAD_LETTERS
from stack.hops import headers_of
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_SOURCE = {"table": "listings_listing", "lsn": 1, "ts_ms": 1, "snapshot": "false"}
_ROW_WITHOUT_A_PRICE = {"op": "u", "before": None, "after": {"id": 5}, "source": _SOURCE}


@pytest.mark.parametrize(
    "value",
    [b"\xff\xfe not JSON", b"{}", json.dumps(_ROW_WITHOUT_A_PRICE).encode()],
    ids=["no JSON", "no change event", "a row without its columns"],
)
def test_a_malformed_record_is_put_aside_and_the_line_goes_on(stack: Stack, value: bytes) -> None:
    known = len(stack.records(SEARCH_DEAD_LETTERS))
    producer = Producer({"bootstrap.servers": stack.environment()["KAFKA_BOOTSTRAP"]})

    producer.produce(LISTING_ROWS, value, b'{"id":5}')
    assert producer.flush(10) == 0

    stack.wait_until(lambda: len(stack.records(SEARCH_DEAD_LETTERS)) > known)
    letter = stack.records(SEARCH_DEAD_LETTERS)[-1]
    headers = headers_of(letter)
    assert letter.value() == value
    assert headers["originalTopic"] == LISTING_ROWS
    assert headers["error"]
    assert json.loads(stack.manage("stack", "journey", "--json"))["ok"] is True
