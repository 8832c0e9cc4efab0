"""Records that can never be applied are put aside with their reasons, and the line goes on."""

import json

import pytest
from confluent_kafka import Producer

from cdc.contracts.topics import LISTING_ROWS, SEARCH_DEAD_LETTERS
from stack.hops import headers_of
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_SOURCE = {"table": "listings_listing", "lsn": 1, "ts_ms": 1, "snapshot": "false"}
# No homes of the monolith's: each holds its key until somebody decides.
_KEYS = [b'{"id":%d}' % number for number in range(900_000_001, 900_000_005)]
_ROW_WITHOUT_A_PRICE = {"op": "u", "before": None, "after": {"id": 900_000_003}, "source": _SOURCE}
# What a topic takes at most is 10 MiB; this leaves no room for the reason.
_HUGE = b"[" * (10 * 1024 * 1024 - 150)
# A null key is not among them: the broker lets none into a compacted topic.
_BAD = [
    (_KEYS[0], b"\xff\xfe not JSON"),
    (_KEYS[1], b"{}"),
    (_KEYS[2], json.dumps(_ROW_WITHOUT_A_PRICE).encode()),
    (_KEYS[3], _HUGE),
]


def test_malformed_records_are_put_aside_and_the_line_goes_on(stack: Stack) -> None:
    known = len(stack.records(SEARCH_DEAD_LETTERS))
    producer = Producer(
        {
            "bootstrap.servers": stack.environment()["KAFKA_BOOTSTRAP"],
            "message.max.bytes": 64 * 1024 * 1024,
        }
    )

    refused: list[object] = []
    for key, value in _BAD:
        producer.produce(
            LISTING_ROWS,
            value,
            key,
            partition=0,
            on_delivery=lambda error, _: refused.append(error),
        )
    assert producer.flush(30) == 0
    assert refused == [None] * len(_BAD)

    stack.wait_until(lambda: len(stack.records(SEARCH_DEAD_LETTERS)) == known + len(_BAD))
    letters = stack.records(SEARCH_DEAD_LETTERS)[known:]
    for letter, (key, value) in zip(letters, _BAD, strict=True):
        headers = headers_of(letter)
        assert headers["originalTopic"] == LISTING_ROWS
        assert headers["originalPartition"] == "0"
        assert headers["originalOffset"].isdecimal()
        assert headers["error"].startswith(("PoisonRecord: ", "BrokenContract: "))
        if value is _HUGE:
            assert (letter.value(), headers["originalBytes"]) == (None, str(len(_HUGE + key)))
        else:
            assert letter.value() == value
    assert json.loads(stack.manage("stack", "journey", "--json"))["ok"] is True
