"""The promises of handling on every store: once, in order by key, whatever fails."""

import contextlib
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from consumers.runtime.config import RetryPolicy
from consumers.runtime.context import Context
from consumers.runtime.errors import PoisonRecord, RetryLater
from consumers.runtime.faults import Crash, Step, breaking, crash_at
from consumers.runtime.records import Partition, Record
from tests.consumers.runtime.stores.sides import Line
from tests.consumers.runtime.worlds import NotedOrders, turn_until


def test_a_process_resumes_from_the_store_and_does_nothing_twice(line: Line) -> None:
    line.on(line.do)
    line.say(b"1", b"2")
    line.run(b"1", b"2")
    line.say(b"3")
    line.world.cluster.committed.clear()
    line.run(b"1", b"2", b"3")


@pytest.mark.parametrize("step", ["rewound", "read", "applied", "settled", None])
def test_a_replay_that_is_ordered_is_whole_whatever_crashes(line: Line, step: Step | None) -> None:
    told: list[tuple[bytes, bool]] = []
    here, orders = Partition(line.world.name, 0), NotedOrders()

    def handle(record: Record, context: Context[Any]) -> None:
        told.append((record.value or b"", context.is_replay))
        line.side.do(record)

    line.on(handle)
    line.say(b"1", b"2", b"3")
    loop = line.start(orders=orders)
    turn_until(loop, lambda: len(line.side.done()) == 3)
    line.say(b"4")
    orders[here] = 1
    with breaking(crash_at(step, 1) if step else lambda _: None), contextlib.suppress(Crash):
        for _ in range(5):
            loop.turn()
    loop._broker.vanish()  # type: ignore[attr-defined]
    again = line.start(orders=orders)
    for _ in range(9):
        again.turn()
    again._broker.close()

    if hasattr(line.side, "flush"):
        # Versions make no-ops of what is there.
        assert line.side.done() == [b"1", b"2", b"3", b"4"]
        return
    done = Counter(line.side.done())
    assert (done[b"1"], done[b"2"], done[b"3"]) == (1, 2, 2)
    assert [value for value, is_replay in told if not is_replay] == [b"1", b"2", b"3", b"4"]


def test_a_parked_record_heals_and_its_followers_are_applied_in_their_order(line: Line) -> None:
    def handle(record: Record, context: Context[Any]) -> None:
        if record.key == b"ill" and line.now < 60:
            raise RetryLater("not before its time")
        line.side.do(record)

    line.patient(60.0).on(handle)
    line.say(b"1", key=b"ill")
    line.say(b"2", key=b"well")
    line.say(b"3", b"4", key=b"ill")
    line.run(b"2")
    line.say(b"5", key=b"ill")
    line.run(b"2")
    line.now = 61.0
    line.run(b"2", b"1", b"3", b"4", b"5")
    lot = line.side.lot()
    lot.load(line.world.cluster.partitions_of(line.world.name))
    assert lot.size == 0


@pytest.mark.parametrize(("holds_key", "after"), [(True, []), (False, [b"2", b"3"])])
def test_a_dead_record_keeps_its_key_unless_its_handler_lets_it_go(
    line: Line, holds_key: bool, after: list[bytes]
) -> None:
    line.on(poison(line, b"1"), holds_key=holds_key)
    line.say(b"1", b"2")
    line.run(*after[:1])
    line.say(b"3")
    line.run(*after)
    (letter,) = line.letters()
    assert letter.value == b"1"


@pytest.mark.parametrize(("value", "attempts"), [(b"key", 4), (b"index", 2), (b"poison", 1)])
def test_each_record_is_tried_as_often_as_its_errors_policy_says(
    line: Line, value: bytes, attempts: int
) -> None:
    errors = {b"key": KeyError, b"index": IndexError, b"poison": PoisonRecord}
    tried: list[int] = []

    def handle(record: Record, context: Any) -> None:
        tried.append(context.attempt)
        raise errors[record.value or b""]("wrong")

    now = {"first_delay": 0.0, "jitter": 0.0}
    line.on(
        handle,
        policies={
            KeyError: RetryPolicy(attempts=4, **now),
            LookupError: RetryPolicy(attempts=2, **now),
        },
    )
    line.say(value)
    line.run()
    (letter,) = line.letters()
    assert (letter.header("attempts"), tried) == (b"%d" % attempts, list(range(1, attempts + 1)))


_SLOWLY = RetryPolicy(first_delay=10.0, jitter=0.0)


@pytest.mark.parametrize(
    ("options", "error", "times"),
    [
        ({}, KeyError(), [0, 10, 30]),
        ({"retry": replace(_SLOWLY, attempts=4, factor=3.0)}, KeyError(), [0, 10, 40, 70]),
        ({"policies": {KeyError: replace(_SLOWLY, first_delay=25.0)}}, KeyError(), [0, 25, 55]),
        ({"policies": {KeyError: replace(_SLOWLY, attempts=9)}}, IndexError(), [0, 10, 30]),
        ({"retry": replace(_SLOWLY, attempts=9)}, PoisonRecord("never"), [0]),
    ],
)
def test_a_record_is_tried_when_its_policy_says_and_at_no_other_time(
    line: Line, options: dict[str, Any], error: Exception, times: list[float]
) -> None:
    tried: list[float] = []

    def handle(record: Record, context: Any) -> None:
        tried.append(line.now)
        raise error

    line.world.config = replace(line.world.config, retry=_SLOWLY)
    line.on(handle, **options)
    line.say(b"1")
    loop = line.start()
    for second in range(100):
        line.now = float(second)
        loop.turn()
    loop._broker.close()
    assert tried == times
    (letter,) = line.letters()
    assert letter.header("attempts") == b"%d" % len(times)


def test_records_without_key_hold_nobody(line: Line) -> None:
    line.patient(60.0).on(poison(line, b"1", RetryLater("not yet")))
    line.say(b"1", b"2", b"3", key=None)
    line.run(b"2", b"3")


def test_any_bytes_are_buried_untouched(line: Line) -> None:
    huge, key = b"\0\xff" * 5_000_000, b"\0\xff"
    line.world.cluster.largest_record = 20_000_000
    line.on(always_poison)
    line.say(huge, key=key, ce_id="")
    line.say(None, key=key, ce_id="")
    line.run()
    (letter,) = line.letters()
    assert (letter.key, letter.value) == (key, huge)


@pytest.mark.parametrize("at", range(7))
def test_a_batch_that_fails_is_taken_apart_until_the_one_to_blame_is_alone(
    line: Line, at: int
) -> None:
    sizes: list[int] = []

    def handle(told: list[tuple[Record, Context[Any]]]) -> None:
        sizes.append(len(told))
        if any(record.value == b"%d" % at for record, _ in told):
            raise PoisonRecord("one of them")
        for record, _ in told:
            line.side.do(record)

    line.on(handle, in_batches=True, holds_key=False)
    line.say(*(b"%d" % number for number in range(7)))
    line.run(*(b"%d" % number for number in range(7) if number != at))
    assert [letter.value for letter in line.letters()] == [b"%d" % at]
    assert sizes[0] == 7
    assert 1 in sizes


def test_what_went_well_and_fails_when_it_is_done_again_is_parked_first(line: Line) -> None:
    # A unit in a database is rolled back, and what came before the failure is done again.
    tried: Counter[bytes] = Counter()

    def handle(record: Record, context: Context[Any]) -> None:
        tried[record.value or b""] += 1
        if (record.value, tried[record.value or b""]) in ((b"2", 1), (b"1", 2), (b"2", 2)):
            raise RetryLater("now and then")
        line.side.do(record)

    line.on(handle)
    line.say(b"1", b"2", b"3")
    line.run(b"1", b"2", b"3")


def test_several_that_fail_again_are_each_tried_as_often_as_they_may(line: Line) -> None:
    tried: Counter[bytes] = Counter()

    def handle(record: Record, context: Context[Any]) -> None:
        tried[record.value or b""] += 1
        if record.value in (b"2", b"4") or tried[record.value or b""] < 3:
            raise RetryLater("not yet")
        line.side.do(record)

    line.on(handle)
    for number in range(1, 6):
        line.say(b"%d" % number, key=b"%d" % number)
    line.run(*sorted([b"1", b"3", b"5"]))
    assert sorted(letter.value or b"" for letter in line.letters()) == [b"2", b"4"]
    assert [dict(letter.headers)["attempts"] for letter in line.letters()] == [b"3", b"3"]


def poison(line: Line, value: bytes, error: Exception | None = None) -> Any:
    def handle(record: Record, context: Context[Any]) -> None:
        if record.value == value:
            raise error or PoisonRecord("never")
        line.side.do(record)

    return handle


def always_poison(record: Record, context: Context[Any]) -> None:
    raise PoisonRecord("all of them")
