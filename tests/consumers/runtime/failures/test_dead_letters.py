"""A dead letter as it lies in its topic: every field of it, on memory and on Kafka."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from cdc.contracts.codec import encode
from cdc.contracts.events import ListingRepriced
from consumers.runtime.errors import PoisonRecord
from consumers.runtime.records import Record
from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import World, make_loop, turn_until

_EVENT = encode(ListingRepriced(7, 120_000, 115_000), schema_id=41)
_KEY = b"\xff\0 7"
_TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_HEADERS = {"ce_id": b"e-1", "ce_type": b"ListingRepriced", "traceparent": _TRACE, "odd": b"\xfe\0"}


def buried(world: World, handle: Callable[[Record], None]) -> Record:
    """Let ``handle`` fail until there is a letter."""
    loop = make_loop(world, Ledger(), handle)
    turn_until(loop, lambda: loop.progress.dead_letters == 1)
    loop._broker.close()
    (letter,) = world.dead_letters()
    return letter


def test_a_letter_tells_everything_that_a_person_needs(world: World) -> None:
    seen: list[Record] = []

    def reprice(record: Record) -> None:
        if record.value == _EVENT:
            seen.append(record)
            raise ValueError("no price can be näher than that")

    world.config = replace(world.config, version="2026.47")
    world.append(1, b"another")
    began = datetime.now(UTC) - timedelta(milliseconds=1)
    world.append(1, _EVENT, _KEY, _HEADERS)
    letter = buried(world, reprice)
    ended = datetime.now(UTC)

    assert (letter.key, letter.value) == (_KEY, _EVENT)
    # The record's own headers come first, its trace among them; what is told stands behind.
    own, told = letter.headers[: len(_HEADERS)], letter.headers[len(_HEADERS) :]
    assert own == tuple(_HEADERS.items())
    fields = {name: (text or b"").decode() for name, text in told}
    stack, timestamp = fields.pop("stack"), fields.pop("timestamp")
    assert fields == {
        "originalTopic": world.name,
        "originalPartition": "1",
        "originalOffset": "1",
        "originalTimestamp": str(seen[0].timestamp),
        "error": "ValueError: no price can be näher than that",
        "attempts": "3",
        "schemaId": "41",
        "version": "2026.47",
    }
    assert len(seen) == 3
    assert stack.startswith("Traceback (most recent call last):")
    assert __file__ in stack
    assert ", in reprice\n" in stack
    assert stack.endswith("ValueError: no price can be näher than that\n")
    moment = datetime.fromisoformat(timestamp)
    assert began <= moment <= ended
    assert moment.utcoffset() == timedelta(0)
    assert began.timestamp() <= float(fields["originalTimestamp"]) <= ended.timestamp()


@pytest.mark.parametrize("value", [b'{"id": 7}', b"", None])
def test_what_a_record_does_not_have_is_left_out(world: World, value: bytes | None) -> None:
    def refuse(record: Record) -> NoReturn:
        raise PoisonRecord("")

    world.append(0, value, None, {})
    letter = buried(world, refuse)

    assert (letter.key, letter.value) == (None, value)
    assert [name for name, _ in letter.headers] == [
        *("originalTopic", "originalPartition", "originalOffset", "originalTimestamp"),
        *("error", "stack", "attempts", "timestamp"),
    ]
    assert letter.header("attempts") == b"1"


def test_a_stack_that_is_very_long_ends_where_it_failed(world: World) -> None:
    def dig(depth: int) -> None:
        # Two that call each other, as a stack of one alone is told in short.
        return deeper(depth - 1)

    def deeper(depth: int) -> None:
        if not depth:
            raise PoisonRecord("the bottom is reached")
        return dig(depth)

    world.append(0, b"1")
    stack = buried(world, lambda _: dig(200)).header("stack") or b""
    assert len(stack) == 8000
    assert stack.endswith(b"PoisonRecord: the bottom is reached\n")
