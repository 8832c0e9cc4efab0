"""What PostgreSQL makes sure of: once each, all or nothing, and a record's own failures."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from consumers.runtime.config import RetryPolicy
from consumers.runtime.context import Context
from consumers.runtime.errors import PoisonRecord, StopConsumer
from consumers.runtime.models import Decision, InboxEntry, ParkedRecord, PartitionOwner
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.database import DatabaseStore
from tests.consumers.runtime.stores.sides import Line
from tests.consumers.runtime.worlds import turn_until

pytestmark = pytest.mark.django_db


def test_a_second_delivery_is_no_news_in_a_later_batch_nor_in_the_same(rows: Line) -> None:
    rows.on(rows.do)
    rows.say(b"1", ce_id="a")
    rows.say(b"1 again", ce_id="a")
    rows.say(b"2", ce_id="b")
    rows.run(b"1", b"2")
    rows.say(b"1 once more", ce_id="a")
    rows.say(b"3", ce_id="c")
    rows.run(b"1", b"2", b"3")


def test_records_without_id_are_told_by_their_offset(rows: Line) -> None:
    rows.on(rows.do)
    rows.say(b"1", b"1", ce_id="")
    rows.run(b"1", b"1")
    assert not InboxEntry.objects.exists()


def test_a_place_is_remembered_until_the_offset_of_its_own_partition_has_moved_behind_it(
    db: None,
) -> None:
    ours, other = Partition("homes", 0), Partition("homes", 1)
    rows = [Record("homes", 0, offset, b"k", b"v", (), 1.0) for offset in (7, 8)]

    def is_news(store: DatabaseStore, record: Record) -> bool:
        with store.unit({record.source: None}) as unit:
            return bool(unit.fresh([record]))

    def moved(store: DatabaseStore, partition: Partition, offset: int) -> None:
        with store.unit({partition: offset}):
            pass

    store = DatabaseStore("counting")
    store.take([ours, other])
    with store.unit({ours: None}) as unit:
        assert [unit.fresh([row]) for row in rows] == [[row] for row in rows]
    moved(store, other, 100)
    moved(store, ours, 8)
    # The process is gone: the offset of one row has moved, the other row is read again.
    again = DatabaseStore("counting")
    again.take([ours, other])
    assert not is_news(again, rows[1])
    moved(again, ours, 9)
    assert not InboxEntry.objects.exists()


def test_ids_that_fit_no_column_are_still_told_apart(rows: Line) -> None:
    rows.on(rows.do)
    ids = [b"a\0b", b"ab", b"\xff", b"\xfe", b"x" * 300, b"x" * 301, b"\xff"]
    for number, ce_id in enumerate(ids):
        rows.world.append(0, b"%d" % number, b"k", {"ce_id": ce_id})
    rows.run(b"0", b"1", b"2", b"3", b"4", b"5")


def test_a_second_delivery_behind_a_parked_first_is_no_news_when_that_has_healed(
    rows: Line,
) -> None:
    def handle(record: Record, context: Context[Any]) -> None:
        if rows.now < 60:
            raise KeyError("not yet")
        rows.side.do(record)

    rows.patient(60.0).on(handle)
    rows.say(b"1", ce_id="a")
    rows.say(b"1 again", ce_id="a")
    rows.run()
    rows.now = 61.0
    rows.run(b"1")
    assert not ParkedRecord.objects.exists()


def test_a_unit_that_fails_leaves_nothing(rows: Line) -> None:
    def stop(record: Record, context: Context[Any]) -> None:
        rows.side.do(record)
        if record.value == b"2":
            raise StopConsumer("the machine is gone")

    rows.on(stop)
    rows.say(b"1", b"2")
    with pytest.raises(StopConsumer):
        rows.start().turn()
    assert not Decision.objects.exists()
    assert not InboxEntry.objects.exists()
    assert set(PartitionOwner.objects.values_list("next_offset", flat=True)) == {None}


def test_a_record_is_parked_in_one_transaction_with_its_offset(rows: Line) -> None:
    rows.on(_raising(KeyError("a mistake")))
    rows.say(b"1")
    loop = rows.start()
    writes: list[str] = []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        writes.append(sql.split()[0] + (" parked" if "runtime_parked" in sql else ""))
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        loop.turn()
    at = writes.index("INSERT parked")
    around = [
        word for word in writes[at - 2 : at + 3] if word in ("SAVEPOINT", "UPDATE", "RELEASE")
    ]
    assert around == ["SAVEPOINT", "UPDATE", "RELEASE"]
    assert PartitionOwner.objects.get(partition=0).next_offset == 1


def _twice(record: Record) -> None:
    for _ in range(2):
        get_user_model().objects.create(email="a@example.org", username="a")


def _dangling(record: Record) -> None:
    # Django's foreign keys are checked at the commit, when nobody knows whose they are.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO authtoken_token (key, created, user_id) VALUES ('k', now(), -1)"
        )


def _silent(record: Record) -> None:
    # The transaction is broken, and its commit would be a rollback that says nothing.
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
    except DatabaseError:
        return


@pytest.mark.parametrize("spoil", [_twice, _dangling, _silent])
def test_what_the_database_refuses_is_its_records_own_failure(
    rows: Line, spoil: Callable[[Record], None]
) -> None:
    def handle(record: Record, context: Context[Any]) -> None:
        if record.value == b"3":
            spoil(record)
        rows.side.do(record) if record.value != b"3" else None

    rows.on(handle, retry=RetryPolicy(attempts=1), holds_key=False)
    rows.say(*(b"%d" % number for number in range(6)))
    rows.run(b"0", b"1", b"2", b"4", b"5")
    assert [letter.value for letter in rows.letters()] == [b"3"]


def test_a_handler_may_answer_a_failure_in_a_block_of_its_own(rows: Line) -> None:
    def handle(record: Record, context: Context[Any]) -> None:
        try:
            with transaction.atomic():
                _twice(record)
        except DatabaseError:
            rows.side.do(record)

    rows.on(handle)
    rows.say(b"1", b"2")
    rows.run(b"1", b"2")


def test_what_is_read_again_on_purpose_is_applied_once_more_and_says_so(rows: Line) -> None:
    told: list[tuple[bytes | None, bool]] = []

    def handle(record: Record, context: Context[Any]) -> None:
        told.append((record.value, context.is_replay))
        if record.value == b"ill" and rows.now < 60:
            raise KeyError("not yet")

    rows.patient(60.0).on(handle)
    rows.say(b"1", ce_id="a")
    rows.say(b"1 again", ce_id="a")
    rows.say(b"2", ce_id="b")
    rows.say(b"ill", ce_id="c", key=b"other")
    rows.run()
    PartitionOwner.objects.filter(partition=0).update(next_offset=0, replay_until=4)
    told.clear()
    rows.say(b"3", ce_id="d")
    rows.say(b"2 again", ce_id="b")
    rows.run()
    # What was no news then is none now; what has never been handled is no replay.
    assert told == [(b"1", True), (b"2", True), (b"3", False)]
    rows.now = 61.0
    rows.run()
    assert told[3:] == [(b"ill", False)]


def test_a_replay_that_is_parked_stays_one(rows: Line) -> None:
    told: list[bool] = []

    def handle(record: Record, context: Context[Any]) -> None:
        told.append(context.is_replay)
        if len(told) == 2:
            raise KeyError("just now")

    rows.patient(60.0).on(handle)
    rows.say(b"1")
    rows.run()
    PartitionOwner.objects.filter(partition=0).update(next_offset=0, replay_until=1)
    rows.run()
    rows.now = 61.0
    rows.run()
    assert told == [False, True, True]


def test_the_inbox_forgets_what_is_older_than_any_topic(rows: Line) -> None:
    rows.on(rows.do)
    rows.say(b"1", b"2")
    rows.run(b"1", b"2")
    InboxEntry.objects.filter(message_id="e-1").update(handled_at="2020-01-01T00:00Z")
    now = [0.0]
    store = DatabaseStore("tried", inbox_days=35, clock=lambda: now[0])
    assert _pruned(store) == 1
    InboxEntry.objects.update(handled_at="2020-01-01T00:00Z")
    assert _pruned(store) == 0
    now[0] = 3600.0
    assert _pruned(store) == 1


def _pruned(store: DatabaseStore) -> int:
    before = InboxEntry.objects.count()
    store.settle(idle=False)
    return before - InboxEntry.objects.count()


def test_a_thousand_rollbacks_ask_for_the_parked_records_no_more(rows: Line) -> None:
    rows.patient(60.0).on(_raising(PoisonRecord("all of them")), holds_key=False)
    rows.say(*(b"%d" % number for number in range(20)))
    loop = rows.start()
    asked: list[str] = []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql) if sql.startswith("SELECT") and "runtime_parked" in sql else None
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        turn_until(loop, lambda: loop.progress.dead_letters == 20)
    # Once as the partitions came, and once a look for what is due.
    assert len(asked) <= 2


def _raising(error: Exception) -> Any:
    def handle(record: Record, context: Context[Any]) -> None:
        raise error

    return handle
