"""A process that dies at any step, on either store: each effect once, each key in order."""

import contextlib
from collections import Counter
from typing import Any

import pytest

from consumers.runtime.context import Context
from consumers.runtime.errors import PoisonRecord, RetryLater
from consumers.runtime.faults import STEPS, Crash, Step, breaking, crash_at
from consumers.runtime.records import Record
from tests.consumers.runtime.stores.sides import Line
from tests.consumers.runtime.worlds import turn_until


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.parametrize("step", STEPS)
def test_whoever_comes_after_a_crash_makes_it_whole(line: Line, step: Step, time: int) -> None:
    tried: Counter[bytes] = Counter()

    def handle(record: Record, context: Context[Any]) -> None:
        value = record.value or b""
        tried[value] += 1
        if value == b"a2":
            raise PoisonRecord("never")
        if value in (b"b1", b"b3") and tried[value] < 3:
            raise RetryLater("not yet")
        line.side.do(record)

    line.on(handle, holds_key=False)
    for value in (b"a1", b"b1", b"a2", b"b2", b"a3", b"b3", b"b4", b"a4"):
        line.say(value, key=value[:1], part=value[0] % 2)
    # Delivered once more, as a relay does that was restarted.
    if not hasattr(line.side, "flush"):
        line.say(b"a1", key=b"a", ce_id="e-1", part=b"a"[0] % 2)
    loop = line.start()
    with breaking(crash_at(step, time)), contextlib.suppress(Crash):
        for _ in range(5):
            loop.turn()
        loop._broker.close()
    loop._broker.vanish()  # type: ignore[attr-defined]
    again = line.start()
    expected = [b"a1", b"a3", b"a4", b"b1", b"b2", b"b3", b"b4"]
    turn_until(again, lambda: len(line.side.done()) >= len(expected), 30)
    turn_until(again, lambda: again._store.unsettled == 0, 9)
    again._broker.close()

    assert sorted(line.side.done(), key=lambda value: value[:1]) == expected
    assert {letter.value for letter in line.letters()} == {b"a2"}
