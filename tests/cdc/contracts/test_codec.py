"""Events to bytes and back."""

import io

import fastavro
import pytest

from cdc.contracts.codec import MalformedEvent, decode, encode, schema_id_of
from cdc.contracts.events import DomainEvent, ListingPublished, ListingRepriced, ListingRevised

EXAMPLES: list[DomainEvent] = [
    ListingPublished(7, 120_000, "active", "A café by the river", "Ottawa Hills"),
    ListingRepriced(7, 120_000, 115_000),
    ListingRevised(7, ("description", "title")),
]


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_went(event: DomainEvent) -> None:
    value = encode(event, schema_id=258)

    assert schema_id_of(value) == 258
    assert decode(type(event).__name__, value) == event


def test_the_wire_format_is_a_zero_byte_and_the_id_in_four_bytes() -> None:
    assert encode(ListingRepriced(1, 2, 3), schema_id=258)[:5] == b"\x00\x00\x00\x01\x02"


def test_a_value_that_breaks_its_contract_is_refused_when_written() -> None:
    with pytest.raises(MalformedEvent, match="ListingRepriced"):
        encode(ListingRepriced(1, "cheap", 3), schema_id=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "too few"),
        (b"\x00\x00", "too few"),
        (b"\x01\x00\x00\x00\x01\x02", "wire format"),
        (encode(ListingRepriced(1, 2, 3), 1)[:-1], "cannot be read"),
    ],
)
def test_broken_bytes_are_refused_with_a_reason(value: bytes, reason: str) -> None:
    with pytest.raises(MalformedEvent, match=reason):
        decode("ListingRepriced", value)


def test_an_unknown_event_type_is_refused_by_name() -> None:
    with pytest.raises(MalformedEvent, match="ListingEaten"):
        decode("ListingEaten", encode(ListingRepriced(1, 2, 3), 1))


def test_a_writer_with_one_more_field_is_understood() -> None:
    newer = fastavro.parse_schema(
        {
            "type": "record",
            "name": "ListingRepriced",
            "namespace": "listing",
            "fields": [
                {"name": "listing_id", "type": "long"},
                {"name": "old_price", "type": "long"},
                {"name": "new_price", "type": "long"},
                {"name": "reason", "type": "string", "default": ""},
            ],
        }
    )
    body = io.BytesIO()
    record = {"listing_id": 1, "old_price": 2, "new_price": 3, "reason": "sale"}
    fastavro.schemaless_writer(body, newer, record)

    value = b"\x00\x00\x00\x00\x09" + body.getvalue()

    assert decode("ListingRepriced", value, writer_schema=newer) == ListingRepriced(1, 2, 3)
