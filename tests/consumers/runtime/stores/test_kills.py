"""A process that dies at any step, on either store: each effect once, each key in order."""

from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import pytest

from consumers.runtime.context import Context
from consumers.runtime.errors import PoisonRecord, RetryLater
from consumers.runtime.faults import STEPS, Crash, Step, breaking, crash_at
from consumers.runtime.loop.loop import Loop
from consumers.runtime.records import Partition, Record
from tests.consumers.runtime.stores.sides import Line
from tests.consumers.runtime.worlds import NotedOrders, turn_until

_POISON = (b"a2", b"a4")
_SLOW = (b"b1", b"b3")


def is_atomic(line: Line) -> bool:
    return not hasattr(line.side, "flush")


def dying(line: Line, step: Step) -> AbstractContextManager[Any]:
    """Expect the death that ``step`` brings; one store alone has nothing to flush."""
    never = step == "flushed" and is_atomic(line)
    return nullcontext() if never else pytest.raises(Crash, match=step)


def live(line: Line, lives: list[Loop], **parts: Any) -> None:
    """Let a process come, work and leave."""
    lives.append(line.start(**parts))
    for _ in range(9):
        lives[-1].turn()
    lives[-1]._broker.close()


def leave_behind(lives: list[Loop]) -> None:
    lives[-1]._broker.vanish()  # type: ignore[attr-defined]


# A rewound partition has effects once more, so that one has a test of its own.
@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.parametrize("step", [step for step in STEPS if step != "rewound"])
def test_whoever_comes_after_a_crash_makes_it_whole(line: Line, step: Step, time: int) -> None:
    tried: Counter[bytes] = Counter()

    def handle(record: Record, context: Context[Any]) -> None:
        value = record.value or b""
        tried[value] += 1
        if value in _POISON:
            raise PoisonRecord("never")
        if value in _SLOW and tried[value] < 3:
            raise RetryLater("not yet")
        line.side.do(record)

    line.on(handle, holds_key=False)
    # Several reads and flushes, so that there is a second time.
    line.world.config = replace(line.world.config, batch_size=3, flush_records=3)
    for value in b"a1 b1 a2 b2 a3 b3 b4 a4 c1 d1 c2 d2 c3 d3".split():
        line.say(value, key=value[:1], part=value[0] % 2)
    # Delivered once more, as a relay does that was restarted.
    if is_atomic(line):
        line.say(b"a1", key=b"a", ce_id="e-1", part=b"a"[0] % 2)
    lives: list[Loop] = []
    with breaking(crash_at(step, time)), dying(line, step):
        live(line, lives)
        live(line, lives)
    leave_behind(lives)
    again = line.start()
    expected = b"a1 a3 b1 b2 b3 b4 c1 c2 c3 d1 d2 d3".split()
    turn_until(again, lambda: len(line.side.done()) >= len(expected), 30)
    turn_until(again, lambda: again._store.unsettled == 0, 9)
    for _ in range(9):
        again.turn()
    again._broker.close()

    assert sorted(line.side.done(), key=lambda value: value[:1]) == expected
    assert {letter.value for letter in line.letters()} == set(_POISON)


@pytest.mark.parametrize("time", [1, 2])
def test_an_order_to_go_back_is_carried_out_once_whenever_the_process_dies(
    line: Line, time: int
) -> None:
    line.on(line.do)
    values, orders = [b"1", b"2", b"3"], NotedOrders()
    line.say(*values)
    lives: list[Loop] = []
    live(line, lives)

    def obey() -> None:
        for _ in range(time):
            orders[Partition(line.world.name, 0)] = 1
            live(line, lives, orders=orders)

    with breaking(crash_at("rewound", time)), pytest.raises(Crash, match="rewound"):
        obey()
    assert orders == {}
    leave_behind(lives)
    live(line, lives, orders=orders)
    # Versions tell what is applied already.
    assert line.side.done() == values + (values[1:] * time if is_atomic(line) else [])
