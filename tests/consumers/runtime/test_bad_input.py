"""Every kind of bad event record ends as a dead letter with its reason, and the line goes on."""

import fastavro
import pytest

from cdc.contracts.codec import MalformedEvent, decode, encode
from cdc.contracts.events import DomainEvent, ListingRepriced
from cdc.contracts.examples import example
from cdc.contracts.schemas import all_schemas
from consumers.runtime.errors import StoreAway, UnknownSchema
from consumers.runtime.events import event_reader
from consumers.runtime.records import Record
from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import World, make_loop, turn_until

_GOOD = encode(ListingRepriced(7, 120_000, 115_000), schema_id=1)
_HEADERS = {
    "ce_id": b"0a6c7e0e-95d8-4f57-9d9c-6a3d5a0e6c55",
    "ce_type": b"ListingRepriced",
    "ce_subject": b"7",
    "ce_time": b"2026-11-24T08:00:00+00:00",
    "aggregateversion": b"3",
}
_LARGEST = 10 * 1024 * 1024
# Room for the headers and for what Kafka adds, but not for the reason of a dead letter.
_HUGE = b"\0\0\0\0\1" + b"\xff" * (_LARGEST - 250)


def without(name: str) -> dict[str, bytes]:
    return {key: text for key, text in _HEADERS.items() if key != name}


BAD: dict[str, tuple[bytes | None, bytes | None, dict[str, bytes], str]] = {
    "breaks its contract": (b"7", _GOOD[:5] + b"\xff" * 12, _HEADERS, "BrokenContract: Listing"),
    "another event's body": (b"7", _GOOD + b"\x02", _HEADERS, "BrokenContract: ListingRepriced is"),
    "unknown schema": (b"7", b"\0\0\0\0\x63" + _GOOD[5:], _HEADERS, "UnknownSchema: The registry"),
    "truncated": (b"7", _GOOD[:-1], _HEADERS, "BrokenContract: ListingRepriced cannot be read"),
    "no header at all": (b"7", _GOOD, {}, "BrokenContract: The header ce_type is missing"),
    "no version": (b"7", _GOOD, without("aggregateversion"), "header aggregateversion is missing"),
    "unknown event": (
        b"7",
        _GOOD,
        _HEADERS | {"ce_type": b"ListingEaten"},
        "'ListingEaten' has no",
    ),
    "10 MB": (b"7", _HUGE, _HEADERS, "BrokenContract: ListingRepriced cannot be read"),
    "null key": (None, _GOOD, _HEADERS, "BrokenContract: The key is not the aggregate's id"),
    "null value": (b"7", None, _HEADERS, "BrokenContract: The record has no value"),
    "empty value": (b"7", b"", _HEADERS, "BrokenContract: 0 bytes are too few"),
}


def schema_of(schema_id: int) -> object:
    if schema_id != 1:
        raise UnknownSchema(f"The registry has no schema {schema_id}.")
    return all_schemas()["ListingRepriced"].parsed


def test_all_kinds_of_bad_records_become_dead_letters_amid_good_ones(world: World) -> None:
    ledger, read, applied = Ledger(), event_reader(schema_of), list[DomainEvent]()
    for key, value, headers, _ in BAD.values():
        world.append(0, _GOOD, b"7", _HEADERS)
        world.append(0, value, key, headers)
    world.append(0, _GOOD, b"7", _HEADERS)

    def handle(record: Record) -> None:
        applied.append(read(record).payload)
        ledger.handle(record)

    loop = make_loop(world, ledger, handle)
    turn_until(loop, lambda: len(ledger.durable) == len(BAD) + 1)
    loop._broker.close()

    assert set(applied) == {ListingRepriced(7, 120_000, 115_000)}
    assert world.committed() == {0: 2 * len(BAD) + 1}
    letters = world.dead_letters()
    assert len(letters) == len(BAD)
    for number, (letter, (kind, (key, value, _, reason))) in enumerate(
        zip(letters, BAD.items(), strict=True)
    ):
        told = dict(letter.headers)
        assert reason in (told["error"] or b"").decode(), kind
        assert told["originalTopic"] == world.name.encode()
        assert told["originalPartition"] == b"0"
        assert told["originalOffset"] == str(2 * number + 1).encode()
        if kind == "10 MB":
            assert (letter.value, told["originalBytes"]) == (None, str(len(_HUGE) + 1).encode())
        else:
            assert (letter.key, letter.value) == (key, value)


def test_no_event_is_given_up_for_a_registry_that_is_away(world: World) -> None:
    ledger, answers = Ledger(), [StoreAway("The registry does not answer.")] * 5

    def asked(schema_id: int) -> object:
        if answers:
            raise answers.pop()
        return schema_of(schema_id)

    read = event_reader(asked)
    for _ in range(3):
        world.append(0, _GOOD, b"7", _HEADERS)

    def handle(record: Record) -> None:
        read(record)
        ledger.handle(record)

    loop = make_loop(world, ledger, handle)
    turn_until(loop, lambda: len(ledger.durable) == 3)
    loop._broker.close()

    assert answers == []
    assert world.dead_letters() == []


@pytest.mark.parametrize("event_type", all_schemas())
def test_no_event_is_read_from_a_part_of_its_bytes(event_type: str) -> None:
    whole = encode(example(event_type), schema_id=1)
    for end in range(len(whole)):
        with pytest.raises(MalformedEvent):
            decode(event_type, whole[:end])


def test_an_event_is_read_with_the_schema_that_wrote_it() -> None:
    older = fastavro.parse_schema(all_schemas()["ListingRepriced"].definition)
    asked: list[int] = []

    def remember(schema_id: int) -> object:
        asked.append(schema_id)
        return older

    headers = tuple(_HEADERS.items())
    envelope = event_reader(remember)(Record("t", 0, 0, b"7", _GOOD, headers, 0.0))

    assert asked == [1]
    assert (envelope.aggregate_id, envelope.aggregate_version) == ("7", 3)
