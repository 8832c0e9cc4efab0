"""What a record says of itself in the logs."""

from consumers.runtime.records import Record


def record(*headers: tuple[str, bytes | None]) -> Record:
    return Record("listing.events", 2, 7, b"12", b"", headers, 0.0)


def test_an_event_is_named_with_the_request_that_caused_it() -> None:
    told = str(
        record(("ce_id", b"e-1"), ("ce_type", b"ListingRepriced"), ("correlationid", b"r-1"))
    )

    assert told == "topic=listing.events partition=2 offset=7 event_id=e-1 correlation_id=r-1"


def test_a_header_neither_begins_a_line_nor_fills_the_log() -> None:
    told = str(record(("ce_id", b"x\nfake\xff" * 100), ("correlationid", None)))

    assert "\n" not in told
    assert len(told) < 130
