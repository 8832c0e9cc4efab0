"""The connection is lost during a COMMIT, and nobody knows what became of it: all is there once."""

from collections import Counter
from typing import Any

import pytest

from consumers.runtime.context import Context
from consumers.runtime.errors import PoisonRecord, RetryLater, StopConsumer
from consumers.runtime.loop.lanes import lane_threads
from consumers.runtime.models import Decision, InboxEntry, ParkedRecord, PartitionOwner
from consumers.runtime.records import Record
from tests.consumers.runtime.stores.cutting import Moment, Wire, cut_wire
from tests.consumers.runtime.stores.sides import Line, Rows
from tests.consumers.runtime.worlds import turn_until

pytestmark = pytest.mark.django_db(transaction=True)

_KEPT = (Decision, InboxEntry, ParkedRecord, PartitionOwner)
_MOST_COMMITS = 40
_EXPECTED = [b"a1", b"a3", b"b1", b"b2", b"b3", b"c1", b"c2"]


def told() -> Line:
    """Give a line with records that go well, that are tried twice, and that are dead."""
    line, tried = Line(Rows()), Counter[bytes]()

    def handle(record: Record, context: Context[Any]) -> None:
        value = record.value or b""
        tried[value] += 1
        if value == b"a2":
            raise PoisonRecord("never")
        if value == b"b1" and context.attempt < 2:
            raise RetryLater("not yet")
        line.side.do(record)

    line.on(handle, holds_key=False)
    for value in (b"a1", b"c1", b"b1", b"a2", b"c2", b"b2", b"a3", b"b3"):
        # Rows have no id: of them only the offset tells that they are applied.
        line.say(value, key=value[:1], ce_id="" if value[:1] == b"c" else None)
    return line


def outlive(line: Line, lanes: int) -> int:
    """Let processes follow one another until all is done; give how many it took."""
    for number in range(1, 4):
        with lane_threads(lanes) as threads:
            loop = line.start(lanes=threads)
            try:
                turn_until(loop, lambda: _is_over(line), 60)
                loop._broker.close()
                return number
            except StopConsumer:
                loop._broker.vanish()  # type: ignore[attr-defined]
    raise AssertionError("one lost commit has ended three processes")


def _is_over(line: Line) -> bool:
    return len(line.side.done()) >= len(_EXPECTED)


@pytest.mark.parametrize("lanes", [1, 2])
@pytest.mark.parametrize("moment", ["unheard", "unanswered"])
def test_whichever_commit_is_lost_each_effect_is_there_once_and_in_order(
    moment: Moment, lanes: int
) -> None:
    ended = 0
    with cut_wire() as wire:
        for number in range(1, _MOST_COMMITS):
            ended += play(wire, number, moment, lanes)
            if not wire.was_cut:
                break
            for kept in _KEPT:
                kept.objects.all().delete()
    # All of them were tried, and some left nobody but the database to know what was committed.
    assert 4 < number < _MOST_COMMITS - 1
    assert ended > 0


def play(wire: Wire, number: int, moment: Moment, lanes: int) -> int:
    line = told()
    wire.cut(number, moment)
    processes = outlive(line, lanes)
    done = line.side.done()
    assert sorted(done, key=lambda value: value[:1]) == _EXPECTED, (number, done)
    assert {letter.value for letter in line.letters()} <= {b"a2"}
    return processes - 1
