"""The envelope of an event, read from a record's headers."""

from datetime import UTC, datetime

import pytest

from cdc.contracts.codec import MalformedEvent, encode
from cdc.contracts.envelope import Envelope
from cdc.contracts.events import ListingRepriced

EVENT = ListingRepriced(7, 120_000, 115_000)
VALUE = encode(EVENT, schema_id=1)
HEADERS = {
    "ce_id": b"f3a1",
    "ce_type": b"ListingRepriced",
    "ce_subject": b"7",
    "ce_time": b"2026-11-24T08:34:04.115658Z",
    "aggregateversion": b"2",
    "correlationid": b"request-1",
}


def test_an_envelope_says_what_happened_when_and_why() -> None:
    envelope = Envelope.from_record(HEADERS, VALUE)

    assert envelope == Envelope(
        message_id="f3a1",
        correlation_id="request-1",
        causation_id="",
        timestamp=datetime(2026, 11, 24, 8, 34, 4, 115658, UTC),
        event_type="ListingRepriced",
        aggregate_id="7",
        aggregate_version=2,
        traceparent="",
        payload=EVENT,
    )


@pytest.mark.parametrize("name", ["ce_id", "ce_type", "ce_subject", "ce_time", "aggregateversion"])
def test_a_missing_header_is_named(name: str) -> None:
    with pytest.raises(MalformedEvent, match=name):
        Envelope.from_record({**HEADERS, name: b""}, VALUE)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ce_time", b"yesterday"), ("aggregateversion", b"two"), ("ce_id", b"\xff")],
)
def test_a_header_that_cannot_be_read_is_named(name: str, value: bytes) -> None:
    with pytest.raises(MalformedEvent, match=name):
        Envelope.from_record({**HEADERS, name: value}, VALUE)


def test_an_envelope_tells_for_whom_a_service_acts() -> None:
    stamp = b'{"price":{"accounts":[7]}}'

    told = Envelope.from_record({**HEADERS, "handledby": stamp}, VALUE)

    assert told.handled_by.handles("price", 7)
    assert not Envelope.from_record(HEADERS, VALUE).handled_by.handles("price", 7)
