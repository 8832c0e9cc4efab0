"""A crash at any step of the loop loses nothing."""

import pytest

from consumers.runtime import faults
from consumers.runtime.errors import PoisonRecord
from consumers.runtime.faults import STEPS, Crash, Step, breaking, crash_at
from consumers.runtime.records import Partition, Record
from consumers.runtime.testing.line import Line
from consumers.runtime.testing.records import Told
from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import NotedOrders, reading


@pytest.mark.parametrize("step", STEPS)
def test_after_a_crash_at_any_step_the_next_process_makes_it_whole(step: Step) -> None:
    ledger = Ledger()

    def handle(record: Record) -> None:
        if record.value == b"4":
            raise PoisonRecord("price: is no number")
        ledger.handle(record)

    orders = NotedOrders()
    line = Line(reading("facts", handle), ledger.opened, orders=orders)
    line.tell(*(Told("facts", b"%d" % number, b"%d" % number) for number in range(10)))
    with breaking(crash_at(step)), pytest.raises(Crash):
        live_and_leave(line, orders)
    line.crash()
    line.run()

    assert sorted(set(ledger.durable)) == [b"0", b"1", b"2", b"3", b"5", b"6", b"7", b"8", b"9"]
    assert {letter.value for letter in line.letters()} == {b"4"}
    assert [each.state for each in line.all_parked()] == ["dead"]


def live_and_leave(line: Line[Ledger], orders: NotedOrders) -> None:
    line.run()
    orders[Partition("facts", 0)] = 8
    line.run()
    line.close()


def test_nobody_breaks_in_unless_asked() -> None:
    assert faults._break is None
