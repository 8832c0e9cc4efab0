"""PostgreSQL goes away, or is fought over, in the middle: nothing lost, nothing twice."""

import threading
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from consumers.runtime.context import Context
from consumers.runtime.errors import Fenced
from consumers.runtime.loop.loop import Loop
from consumers.runtime.models import Decision, PartitionOwner
from consumers.runtime.parking.port import Parked
from consumers.runtime.records import Record
from consumers.runtime.stores import ownership
from consumers.runtime.stores.database import DatabaseStore
from tests.consumers.runtime.stores.sides import Line, Rows
from tests.consumers.runtime.worlds import turn_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line() -> Line:
    return Line(Rows())


def elsewhere() -> psycopg.Connection[Any]:
    """Give a connection of somebody else."""
    settings = connection.get_connection_params()
    wanted = ("dbname", "user", "password", "host", "port")
    return psycopg.connect(**{k: settings[k] for k in wanted if k in settings}, autocommit=True)


def end_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with elsewhere() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_connection_that_dies_in_a_handler_costs_a_pause_only(line: Line) -> None:
    deaths = [b"2", b"4"]

    def handle(record: Record, context: Context[Any]) -> None:
        if record.value in deaths:
            deaths.remove(record.value)
            end_connection()
        line.side.do(record)

    line.on(handle)
    line.say(*(b"%d" % number for number in range(6)))
    loop = line.start()
    pauses = 0
    while len(line.side.done()) < 6:
        loop.turn()
        pauses += loop.progress.is_store_away
    loop._broker.close()
    assert line.side.done() == [b"%d" % number for number in range(6)]
    assert (pauses > 1, loop.progress.retries, deaths) == (True, 0, [])


def test_a_connection_that_dies_between_units_costs_a_pause_only(line: Line) -> None:
    line.on(line.do)
    line.say(b"1")
    loop = line.start()
    turn_until(loop, lambda: line.side.done() == [b"1"])
    end_connection()
    line.say(b"2")
    turn_until(loop, lambda: loop.progress.applied == 2)
    loop._broker.close()
    assert line.side.done() == [b"1", b"2"]


def test_a_deadlock_is_the_records_own_failure(line: Line) -> None:
    Decision.objects.bulk_create(
        Decision(consumer="x", topic="t", partition=0, offset=n, verb="v") for n in (1, 2)
    )
    tried: list[int] = []
    lock = "SELECT 1 FROM runtime_decision WHERE \"offset\" = %s AND consumer = 'x' FOR UPDATE"

    def handle(record: Record, context: Context[Any]) -> None:
        tried.append(context.attempt)
        if len(tried) > 1:
            return line.side.do(record)
        with connection.cursor() as cursor, elsewhere() as other, other.transaction():
            # Ours is the one that notices, as the other is more patient.
            other.execute("SET LOCAL deadlock_timeout = '1min'")
            cursor.execute("SET LOCAL deadlock_timeout = '10ms'")
            other.execute(lock, [2])
            cursor.execute(lock, [1])
            thread = threading.Thread(target=other.execute, args=(lock, [1]))
            thread.start()
            # Ours looks for a deadlock once: by then the other has to wait for us.
            while not _is_blocked(cursor, other.info.backend_pid):
                pass
            try:
                cursor.execute(lock, [2])
            finally:
                thread.join()

    line.on(handle)
    line.say(b"1")
    loop = line.start()
    turn_until(loop, lambda: b"1" in line.side.done())
    loop._broker.close()
    assert (tried, loop.progress.retries, loop.progress.is_store_away) == ([1, 2], 1, False)


def test_a_process_that_lost_its_partitions_in_a_unit_cannot_write(line: Line) -> None:
    """The second waits for the unit of the first, or until the server has ended it."""

    def sleep_and_wake(record: Record, context: Context[Any]) -> None:
        line.side.do(record)
        if Decision.objects.count() == 1 and not second:
            asleep.set()
            # As after SIGSTOP: nothing is said to the server meanwhile.
            awake.wait(60)

    asleep, awake, second = threading.Event(), threading.Event(), list[Loop]()
    line.on(sleep_and_wake)
    line.say(b"1", b"2")
    first, outcome = line.start(store=DatabaseStore("tried", asleep_seconds=0.2)), list[Any]()
    zombie = threading.Thread(target=_turn_in_own_connection, args=(first, outcome))
    zombie.start()
    assert asleep.wait(60)
    first._broker.vanish()  # type: ignore[attr-defined]
    second.append(line.start())
    turn_until(second[0], lambda: line.side.done() == [b"1", b"2"])
    awake.set()
    zombie.join(60)
    second[0]._broker.close()
    assert [type(each) for each in outcome] == [Fenced]
    assert line.side.done() == [b"1", b"2"]
    assert PartitionOwner.objects.get(partition=0).next_offset == 2


def test_a_unit_that_does_not_end_is_waited_for_between_turns(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "_TAKEN_WITHIN", "10ms")

    def take_long(record: Record, context: Context[Any]) -> None:
        line.side.do(record)
        if not began.is_set():
            began.set()
            go_on.wait(60)

    began, go_on = threading.Event(), threading.Event()
    line.on(take_long)
    line.say(b"1")
    first, outcome = line.start(), list[Any]()
    slow = threading.Thread(target=_turn_in_own_connection, args=(first, outcome))
    slow.start()
    assert began.wait(60)
    first._broker.vanish()  # type: ignore[attr-defined]
    second = line.start()
    for _ in range(3):
        second.turn()
    assert (second.progress.unready(), line.side.done()) == ("the store is away", [])
    go_on.set()
    turn_until(second, lambda: line.side.done() == [b"1"])
    slow.join(60)
    second._broker.close()


def test_a_process_that_slept_between_units_can_neither_apply_nor_bury(line: Line) -> None:
    line.on(line.do)
    line.say(b"1")
    first, second = line.start(), line.start()
    turn_until(first, lambda: line.side.done() == [b"1"])
    first._broker.vanish()  # type: ignore[attr-defined]
    turn_until(second, lambda: len(second.progress.partitions) == 2)
    line.say(b"2")
    *_, late = line.world.cluster.records_of(line.world.name)
    with pytest.raises(Fenced):
        first._handling.take([late])
    with pytest.raises(Fenced):
        first._handling._aside.put(Parked(late, "waiting", attempts=9), KeyError("late"), None)
    turn_until(second, lambda: line.side.done() == [b"1", b"2"])
    assert line.letters() == []


def test_a_handler_that_waits_too_long_for_others_is_its_records_failure(line: Line) -> None:
    slept: list[int] = []

    def handle(record: Record, context: Context[Any]) -> None:
        slept.append(context.attempt)
        if len(slept) == 1:
            with elsewhere() as other:
                other.execute("SELECT pg_sleep(0.5)")
        line.side.do(record)

    line.on(handle)
    line.say(b"1")
    loop = line.start(store=DatabaseStore("tried", asleep_seconds=0.1))
    turn_until(loop, lambda: line.side.done() == [b"1"])
    loop._broker.close()
    assert (slept, loop.progress.retries) == ([1, 2], 1)


def _is_blocked(cursor: Any, pid: int) -> bool:
    cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [pid])
    ((blockers,),) = cursor.fetchall()
    return bool(blockers)


def _turn_in_own_connection(loop: Loop, outcome: list[Any]) -> None:
    try:
        turn_until(loop, lambda: False, 20)
    except BaseException as error:
        outcome.append(error)
    finally:
        connections.close_all()
