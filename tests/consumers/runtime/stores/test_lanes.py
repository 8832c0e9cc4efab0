"""Lanes: different keys at the same time, each in its order, each effect once."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import pytest

from consumers.runtime.context import Context
from consumers.runtime.errors import MistakenConsumer, RetryLater, StoreAway
from consumers.runtime.faults import Crash, Step, breaking, crash_at
from consumers.runtime.loop.lanes import lane_threads
from consumers.runtime.models import InboxEntry, PartitionOwner
from consumers.runtime.records import Record
from tests.consumers.runtime.stores.sides import Line, Rows, Versions
from tests.consumers.runtime.worlds import turn_until

_COUNT = 4
# One for each lane of four.
_KEYS = (b"k5", b"k1", b"k0", b"k4")


@pytest.fixture
def lanes() -> Iterator[Sequence[Executor]]:
    with lane_threads(_COUNT) as threads:
        yield threads


@pytest.fixture
def line(transactional_db: None, registered_contracts: None) -> Line:
    return Line(Rows())


def fill(line: Line, *, ce_id: str | None = None) -> list[bytes]:
    """Say three values of each of four keys; return them by key."""
    for number in range(3):
        for key in _KEYS:
            line.say(key + b".%d" % number, key=key, ce_id=ce_id)
    return [key + b".%d" % number for key in sorted(_KEYS) for number in range(3)]


def by_key(done: list[bytes]) -> list[bytes]:
    return sorted(done, key=lambda value: value.partition(b".")[0])


def test_as_many_keys_as_lanes_are_handled_at_the_same_time(
    line: Line, lanes: Sequence[Executor]
) -> None:
    # Nobody passes before all four are there: one after the other, they would wait in vain.
    together = threading.Barrier(_COUNT, timeout=30)

    def handle(record: Record, context: Context[Any]) -> None:
        together.wait()
        line.side.do(record)

    line.on(handle)
    expected = fill(line)
    loop = line.start(lanes=lanes)
    turn_until(loop, lambda: len(line.side.done()) == len(expected), 5)
    loop._broker.close()
    assert by_key(line.side.done()) == expected
    assert PartitionOwner.objects.get(partition=0).next_offset == len(expected)
    assert loop.progress.applied == len(expected)


def test_a_key_that_fails_waits_in_its_order_and_the_others_flow(
    line: Line, lanes: Sequence[Executor]
) -> None:
    def handle(record: Record, context: Context[Any]) -> None:
        if record.key == b"k1" and line.now < 60:
            raise RetryLater("not before its time")
        line.side.do(record)

    line.patient(60.0).on(handle)
    expected = fill(line)
    loop = line.start(lanes=lanes)
    turn_until(loop, lambda: len(line.side.done()) == 9 and loop.progress.parked == 3, 5)
    line.now = 61.0
    turn_until(loop, lambda: len(line.side.done()) == 12, 5)
    loop._broker.close()
    assert by_key(line.side.done()) == expected


@pytest.mark.parametrize("ce_id", [None, ""])
@pytest.mark.parametrize("step", ["remembered", "handled", "applied", "parked", "settled"])
def test_a_crash_between_lanes_and_offsets_does_nothing_twice(
    line: Line, lanes: Sequence[Executor], step: Step, ce_id: str | None
) -> None:
    tried = Counter[bytes]()

    def handle(record: Record, context: Context[Any]) -> None:
        tried[record.value or b""] += 1
        if record.value == b"k0.1" and tried[record.value] < 2:
            raise RetryLater("not yet")
        line.side.do(record)

    line.on(handle)
    expected = fill(line, ce_id=ce_id)
    loop = line.start(lanes=lanes)
    with breaking(crash_at(step, 2)), contextlib.suppress(Crash):
        for _ in range(3):
            loop.turn()
    loop._broker.vanish()  # type: ignore[attr-defined]
    again = line.start(lanes=lanes)
    turn_until(again, lambda: len(line.side.done()) >= len(expected), 30)
    again._broker.close()
    assert by_key(line.side.done()) == expected
    # Places are forgotten as soon as an offset tells the same; of the two that were parked and
    # left by the process behind its last offset, when the inbox is pruned.
    line.say(b"k0.3", key=b"k0")
    last = line.start(lanes=lanes)
    turn_until(last, lambda: len(line.side.done()) == len(expected) + 1, 30)
    last._broker.close()
    assert len([name for name in _inbox() if not name.startswith("e-")]) <= 2


def test_a_store_that_is_away_in_one_lane_keeps_the_whole_batch(
    line: Line, lanes: Sequence[Executor]
) -> None:
    away = [StoreAway("just now")]

    def handle(record: Record, context: Context[Any]) -> None:
        if record.value == b"k4.2" and away:
            raise away.pop()
        line.side.do(record)

    line.on(handle)
    expected = fill(line, ce_id="")
    loop = line.start(lanes=lanes)
    loop.turn()
    assert PartitionOwner.objects.get(partition=0).next_offset is None
    turn_until(loop, lambda: loop.progress.applied == len(expected), 5)
    loop._broker.close()
    assert by_key(line.side.done()) == expected


def test_a_read_model_for_one_thread_is_given_no_lanes() -> None:
    side = Versions()
    line = Line(side)
    line.world.config = replace(line.world.config, lanes=2)
    with pytest.raises(MistakenConsumer, match="is_thread_safe"):
        side.store(line.world)
    side.is_thread_safe = True  # type: ignore[attr-defined]
    side.store(line.world)


def _inbox() -> list[str]:
    return list(InboxEntry.objects.values_list("message_id", flat=True))
