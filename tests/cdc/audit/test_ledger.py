"""The ledger's arithmetic against the plainest one in Python; and what a record says to it."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cdc.audit.ledger import Ledger
from cdc.audit.notes import MINUTE_S, RANGE, EventNote, RowNote
from cdc.audit.records import event_notes, row_notes
from cdc.audit.seen import SeenEvents, SeenRows
from cdc.contracts.applied import summed, term
from cdc.contracts.topics import LISTING_EVENTS, LISTING_ROWS
from tests.consumers.changes import change, key_of, row

VERSIONS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 6)), max_size=12)


def note(position: int, aggregate: str, version: int) -> EventNote:
    """Give a delivery of the event that is the aggregate's ``version``."""
    event = f"{aggregate}{version}"
    return EventNote("t", 0, position, event, aggregate, version, 7, term(event, version))


@given(VERSIONS)
def test_order_is_judged_by_first_deliveries_and_each_event_counts_once(
    delivered: list[tuple[str, int]],
) -> None:
    ledger = Ledger()
    ledger.write([note(at, *each) for at, each in enumerate(delivered)], {})
    first = list(dict.fromkeys(delivered))
    broken = set()
    for aggregate in "abc":
        versions = [version for of, version in first if of == aggregate]
        broken |= {
            (aggregate, late)
            for at, late in enumerate(versions)
            if any(before > late for before in versions[:at])
        }

    assert {(each.aggregate, each.version) for each in ledger.disorder()} == broken
    assert ledger.repetitions() == len(delivered) - len(first)
    assert ledger.events() == sum(each.rows for each in SeenEvents(ledger).sums().values())
    assert dict(SeenEvents(ledger).open(7)) == {f"{of}{number}": number for of, number in first}


@given(st.lists(st.tuples(st.integers(0, 3 * RANGE), st.none() | st.integers(1, 9))))
def test_the_last_record_of_a_key_counts_and_a_deleted_row_does_not(
    records: list[tuple[int, int | None]],
) -> None:
    ledger = Ledger()
    notes = [
        RowNote(LISTING_ROWS, key, version, key // RANGE, term(key, version or 0), 0, b"")
        for key, version in records
    ]
    ledger.write(notes, {(LISTING_ROWS, 0): len(records)})
    left = [(key, version) for key, version in dict(records).items() if version is not None]
    seen = SeenRows(ledger, LISTING_ROWS)

    assert seen.sums() == summed(left, RANGE)
    assert sorted(pair for number in range(4) for pair in seen.open(number)) == sorted(left)
    ledger.forget((LISTING_ROWS, 0))
    assert ledger.rows() == 0
    assert ledger.next_offsets() == {}


class Delivered:
    """A record as the client gives it."""

    def __init__(self, topic: str, key: bytes | None, value: bytes | None, **headers: str) -> None:
        self._parts = {"topic": topic, "partition": 2, "offset": 40, "key": key, "value": value}
        self._parts["headers"] = [(name, text.encode()) for name, text in headers.items()]

    def __getattr__(self, name: str) -> Any:
        return lambda: self._parts[name]


def test_an_event_is_told_by_its_headers_alone() -> None:
    headers = {
        "ce_id": "5b0d",
        "ce_type": "ListingRepriced",
        "ce_subject": "12",
        "ce_time": "2026-03-01T10:00:30.25Z",
        "aggregateversion": "4",
    }
    told: Any = Delivered(LISTING_EVENTS, b"12", b"", **headers)
    silent: Any = Delivered(LISTING_EVENTS, b"12", b"", **(headers | {"aggregateversion": "x"}))

    (event,) = event_notes(told)
    assert event[:6] == (LISTING_EVENTS, 2, 40, "5b0d", "listing/12", 4)
    assert event[6:] == (1772359230 // MINUTE_S, term("5b0d", 4))
    (unreadable,) = event_notes(silent)
    assert "headers" in str(unreadable[3])


def test_a_row_is_told_by_key_and_version_even_when_its_last_record_is_broken() -> None:
    def notes(key: bytes | None, value: bytes | None) -> list[Any]:
        record: Any = Delivered(LISTING_ROWS, key, value)
        return row_notes(record)

    key = key_of(12)
    (saved,) = notes(key, change(row(id=12, version=3)))
    (deleted,) = notes(key, change(None, "d"))
    (gone,) = notes(key, None)
    assert saved == (LISTING_ROWS, 12, 3, 0, term(12, 3), 2, key)
    assert deleted == gone == (LISTING_ROWS, 12, None, 0, 0, 2, key)
    for broken in (b"\xff", json.dumps({"op": "u"}).encode()):
        unreadable, last = notes(key, broken)
        assert unreadable[:3] == (LISTING_ROWS, 2, 40)
        assert last[1:3] == (12, -1)
    (unreadable,) = notes(b"7", b"{}")
