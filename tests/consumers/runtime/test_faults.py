"""A crash at any step of the loop loses nothing."""

from collections.abc import Callable

import pytest

from consumers.runtime import faults
from consumers.runtime.errors import PoisonRecord
from consumers.runtime.faults import STEPS, Crash, Step, breaking, crash_at
from consumers.runtime.loop import Loop
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.records import Record
from tests.consumers.runtime.worlds import Ledger, MemoryWorld, make_loop, turn_until


@pytest.mark.parametrize("step", STEPS)
def test_after_a_crash_at_any_step_the_next_process_makes_it_whole(step: Step) -> None:
    world, ledger, lot = MemoryWorld(), Ledger(), MemoryLot()
    for number in range(10):
        world.append(number % 2, b"%d" % number, key=b"%d" % number)

    def handle(record: Record) -> None:
        if record.value == b"4":
            raise PoisonRecord("price: is no number")
        ledger.handle(record)

    loop = make_loop(world, ledger, handle, lot)
    with breaking(crash_at(step)), pytest.raises(Crash):
        live_and_leave(loop, lambda: len(ledger.durable) == 9)
    again = make_loop(world, ledger, handle, MemoryLot(lot.parked))
    turn_until(again, lambda: again.progress.lag_records == 0 and len(ledger.durable) >= 9)

    assert sorted(set(ledger.durable)) == [b"0", b"1", b"2", b"3", b"5", b"6", b"7", b"8", b"9"]
    assert {letter.value for letter in world.dead_letters()} == {b"4"}
    assert [each.state for each in lot.parked.values()] == ["dead"]


def live_and_leave(loop: Loop, is_done: Callable[[], bool]) -> None:
    turn_until(loop, is_done)
    loop._broker.close()


def test_nobody_breaks_in_unless_asked() -> None:
    assert faults._break is None
