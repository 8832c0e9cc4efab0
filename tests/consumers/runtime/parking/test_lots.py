"""The promises of the parking lot, in memory, in PostgreSQL and in a SQLite file."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consumers.runtime.models import ParkedRecord
from consumers.runtime.parking.database import DatabaseLot
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.parking.port import Parked, ParkingLot
from consumers.runtime.records import Partition, Record

MakeLot = Callable[[], ParkingLot]
_HERE, _THERE = Partition("facts", 0), Partition("facts", 1)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.django_db), "sqlite"])
def make_lot(request: pytest.FixtureRequest) -> MakeLot:
    """Give what makes one process's lot; all of them share what is parked."""
    if request.param == "memory":
        shared = MemoryLot().parked
        return lambda: MemoryLot(shared)
    if request.param == "sqlite":
        request.getfixturevalue("parked_in_file")
    return lambda: DatabaseLot("tried")


@pytest.fixture
def lot(make_lot: MakeLot) -> ParkingLot:
    lot = make_lot()
    lot.load([_HERE])
    return lot


def record(
    offset: int, key: bytes | None = b"k", value: bytes | None = b"", part: int = 0
) -> Record:
    return Record("facts", part, offset, key, value, (), 5.5)


def queued(*offsets: int) -> list[Parked]:
    return [Parked(record(offset), "queued") for offset in offsets]


@pytest.mark.parametrize("key", [b"", b"\0\xff\xfe", None])
@pytest.mark.parametrize("value", [None, b"", b"\0\xff", b"\xff" * 10_000_000])
def test_bytes_come_back_as_they_were(
    make_lot: MakeLot, lot: ParkingLot, key: bytes | None, value: bytes | None
) -> None:
    headers = (("ce_id", b"\0\xff"), ("empty", b""), ("none", None), ("ce_id", b"2"))
    parked = Parked(
        Record("facts", 0, 7, key, value, headers, 1.25), "waiting", 2, 60.0, "a\0b", False, True
    )
    lot.put(parked)
    after = make_lot()
    after.load([_HERE])
    for each in (lot, after):
        (found,) = each.due(60.0, 10)
        assert found.record == parked.record
        assert replace(found, error="") == replace(parked, error="")
        assert each.knows(parked.record)


@pytest.mark.django_db
def test_what_is_asked_twice_a_second_reads_nothing_large() -> None:
    lot = DatabaseLot("tried")
    lot.load([_HERE])
    lot.put(Parked(record(5), "dead", 1, 0.0, "why", stack="where"))
    with CaptureQueriesContext(connection) as asked:
        lot.reload()
    (sql,) = [each["sql"] for each in asked.captured_queries]
    assert not any(f'"{name}"' in sql for name in ("stack", "value", "headers"))
    assert lot.holds(record(6))


def test_a_key_is_held_for_later_records_of_its_partition_only(lot: ParkingLot) -> None:
    lot.load([_THERE])
    lot.put(Parked(record(5), "waiting"))
    held = {
        name: lot.holds(each)
        for name, each in {
            "later": record(6),
            "the same": record(5),
            "earlier": record(4),
            "another key": record(6, b"other"),
            "no key": record(6, None),
            "another partition": record(6, part=1),
        }.items()
    }
    assert [name for name, is_held in held.items() if is_held] == ["later"]
    lot.put(Parked(record(8, None), "waiting"))
    assert not lot.holds(record(9, None))


def test_a_dead_record_holds_its_key_or_lets_it_go(make_lot: MakeLot, lot: ParkingLot) -> None:
    lot.put(Parked(record(1, b"event"), "dead", holds_key=True))
    lot.put(Parked(record(2, b"row"), "dead", holds_key=False))
    after = make_lot()
    after.load([_HERE])
    for each in (lot, after):
        assert each.holds(record(9, b"event"))
        assert not each.holds(record(9, b"row"))
        assert each.knows(record(2, b"row"))
        assert (each.due(1e9, 10), each.size) == ([], 2)


def test_what_is_due_comes_in_the_order_of_each_key_and_ends_at_what_is_not(
    lot: ParkingLot,
) -> None:
    lot.put(Parked(record(1), "waiting", due=10.0), *queued(2, 3))
    lot.put(Parked(record(4, b"dead"), "dead"), Parked(record(5, b"dead"), "queued"))
    lot.put(Parked(record(6, None), "waiting", due=99.0), Parked(record(7, None), "waiting"))

    def due(now: float, limit: int = 10) -> list[int]:
        return [each.record.offset for each in lot.due(now, limit)]

    assert due(9.0) == [7]
    assert due(10.0) == [1, 2, 3, 7]
    assert due(10.0, limit=2) == [1, 2]
    lot.remove(record(1))
    lot.put(Parked(record(2), "waiting", 1, due=50.0))
    assert due(10.0) == [7]
    assert due(99.0) == [2, 3, 6, 7]


def test_what_is_known_of_a_parked_record_changes_in_place(lot: ParkingLot) -> None:
    lot.put(Parked(record(1, value=b"v"), "waiting", 1, 5.0, "first"))
    lot.put(Parked(record(1, value=b"v"), "waiting", 2, 6.0, "second"))
    (found,) = lot.due(6.0, 10)
    assert (found.attempts, found.error, found.record.value, lot.size) == (2, "second", b"v", 1)


def test_each_process_looks_after_its_own_partitions(make_lot: MakeLot, lot: ParkingLot) -> None:
    lot.put(Parked(record(1), "waiting"))
    other = make_lot()
    other.load([_THERE])
    assert (other.size, other.due(1.0, 10)) == (0, [])
    lot.forget([_HERE])
    assert (lot.size, lot.due(1.0, 10), lot.holds(record(2))) == (0, [], False)
    other.load([_HERE])
    assert (other.size, len(other.due(1.0, 10)), other.holds(record(2))) == (1, 1, True)


def test_a_unit_that_fails_has_parked_and_removed_nothing(lot: ParkingLot) -> None:
    lot.put(Parked(record(1, b"old"), "waiting", 1, due=5.0))
    with contextlib.suppress(KeyError), lot.unit(is_atomic=True):
        lot.put(Parked(record(1, b"old"), "dead", 2))
        lot.put(Parked(record(2), "waiting"), *queued(3))
        lot.remove(record(1, b"old"))
        raise KeyError
    assert [lot.knows(record(offset)) for offset in (1, 2, 3)] == [True, False, False]
    assert lot.holds(record(9, b"old"))
    assert not lot.holds(record(9))
    assert lot.size == 1


def test_ten_thousand_of_one_key_are_let_go_in_order(lot: ParkingLot) -> None:
    # What grew with the square of it would take minutes.
    for start in range(0, 10_000, 1000):
        lot.put(*queued(*range(start, start + 1000)))
    gone: list[int] = []
    while due := lot.due(1.0, 500):
        gone += [each.record.offset for each in due]
        lot.remove(*(each.record for each in due))
    assert gone == list(range(10_000))


@pytest.mark.parametrize(
    "make_lot", [pytest.param("postgres", marks=pytest.mark.django_db), "sqlite"], indirect=True
)
def test_a_person_who_discards_is_noticed(lot: ParkingLot) -> None:
    lot.put(Parked(record(1), "dead"), *queued(2))
    ParkedRecord.objects.filter(offset=1).delete()
    lot.reload()
    assert [each.record.offset for each in lot.due(1.0, 10)] == [2]
    ParkedRecord.objects.all().delete()
    assert lot.due(1.0, 10) == []
