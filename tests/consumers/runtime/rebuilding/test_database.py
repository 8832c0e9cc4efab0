"""Tables built anew beside the live ones: the same effects, the same names, and a way back."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from consumers.runtime.config import DeadLetterLimits
from consumers.runtime.errors import Fenced
from consumers.runtime.faults import REBUILD_STEPS, Crash, breaking, crash_at
from consumers.runtime.models import Halt, InboxEntry, ParkedRecord, PartitionOwner
from consumers.runtime.rebuilding import database
from consumers.runtime.rebuilding.database import tables_of
from consumers.runtime.rebuilding.port import RebuildRefused
from tests.consumers.runtime.rebuilding.homes import Change, Home, Homes, homes
from tests.consumers.runtime.stores.test_away import elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line() -> Iterator[Homes]:
    with homes() as made:
        yield made


def names() -> set[tuple[Any, ...]]:
    """Tell every index, constraint and column of the live tables."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT tablename, indexname, indexdef FROM pg_indexes
            WHERE schemaname = current_schema() AND tablename ~ '^(tried|runtime)_'
            UNION SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE conrelid::regclass::text ~ '^(tried|runtime)_[a-z]+$'
            UNION SELECT table_name, column_name, data_type || is_nullable || is_identity
            || coalesce(column_default, '') FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name ~ '^(tried|runtime)_'""")
        return set(cursor.fetchall())


def test_a_rebuild_gives_the_same_and_whoever_consumes_goes_on(line: Homes) -> None:
    before = names()
    line.tell("a1", "b1", "a2")
    loop = line.start()
    line.consume(loop)
    # Delivered once more, which counts once in a rebuild, too.
    line.say(b"a1", key=b"a", ce_id="e-1", part=1)
    line.consume(loop)
    Home.objects.update(changes=7)

    progress = line.rebuild()
    assert (progress.phase, progress.to_do, progress.records) == ("done", 0, 4)
    assert line.shown() == {"a": ["a1", "a2"], "b": ["b1"]}
    assert line.replays == [b"b1", b"a1", b"a2"]
    assert names() == before
    line.tell("a3", "c1")
    line.say(b"a2", key=b"a", ce_id="e-3", part=1)
    line.consume(loop)
    loop._broker.close()
    assert line.shown() == {"a": ["a1", "a2", "a3"], "b": ["b1"], "c": ["c1"]}
    assert InboxEntry.objects.count() == 5


def test_a_rebuild_that_dies_anywhere_leaves_all_as_it_was_and_the_next_one_works(
    line: Homes,
) -> None:
    line.tell("a1", "b1")
    loop = line.start()
    line.consume(loop)
    # By hand, and so to be seen for as long as nothing was swapped.
    Change.objects.update(told="old")
    for number, step in enumerate(REBUILD_STEPS, start=2):
        with breaking(crash_at(step)), pytest.raises(Crash, match=step):
            line.rebuild()
        line.tell(f"a{number}")
        line.consume(loop)
        assert line.shown() == {
            "a": ["old", *(f"a{each}" for each in range(2, number + 1))],
            "b": ["old"],
        }
    line.rebuild()
    line.tell("b2")
    line.consume(loop)
    loop._broker.close()
    assert line.shown() == {"a": [f"a{each}" for each in range(1, number + 1)], "b": ["b1", "b2"]}


def test_what_is_told_at_any_step_is_there_once(line: Homes) -> None:
    line.tell("a1", "b1")
    loop, told = line.start(), ["a1"]
    line.consume(loop)

    def meanwhile(step: str) -> None:
        if step in ("built", "caught up", "compared") and len(told) < 9:
            told.append(f"a{len(told) + 1}")
            line.tell(told[-1], f"c{len(told)}")
            line.consume(loop)

    with breaking(meanwhile):
        line.rebuild()
    line.consume(loop)
    loop._broker.close()
    assert len(told) > 4
    assert line.shown() == {"a": told, "b": ["b1"], "c": [f"c{n}" for n in range(2, len(told) + 1)]}


def test_what_fails_only_now_is_dead_with_a_letter_and_its_key_waits_until_a_redrive(
    line: Homes,
) -> None:
    line.tell("a1", "b1", "a2", "a3", "b2")
    line.consume()
    line.wrong = {b"a2"}
    with pytest.raises(RebuildRefused, match="2 rows of tried_change"):
        line.rebuild()
    assert line.rebuild(accepts_losses=True).passed_over == 2
    assert line.shown() == {"a": ["a1"], "b": ["b1", "b2"]}
    parked = list(ParkedRecord.objects.values_list("state", "is_replay"))
    assert parked == [("dead", True), ("queued", True)]
    assert [letter.value for letter in line.letters()] == [b"a2"]

    line.wrong = set()
    ParkedRecord.objects.filter(state="dead").update(state="waiting", due=0)
    line.tell("a4")
    line.consume()
    assert line.shown() == {"a": ["a1", "a2", "a3", "a4"], "b": ["b1", "b2"]}


def test_what_was_dead_and_is_applied_now_is_let_go(line: Homes) -> None:
    line.wrong = {b"a2"}
    line.tell("a1", "a2", "a3", "b1")
    line.consume()
    assert ParkedRecord.objects.count() == 2
    line.wrong = set()
    line.rebuild()
    line.consume()
    assert not ParkedRecord.objects.exists()
    assert line.shown() == {"a": ["a1", "a2", "a3"], "b": ["b1"]}


def test_the_one_before_is_kept_caught_up_and_put_back_and_forth(line: Homes) -> None:
    line.tell("a1", "b1")
    loop = line.start()
    line.consume(loop)
    Change.objects.filter(told="a1").update(told="old")
    line.rebuild()
    line.tell("a2")
    line.consume(loop)
    for first in ("old", "a1", "old"):
        line.rebuild(back=True)
        line.tell("b2") if first == "a1" else None
        line.consume(loop)
        assert line.shown()["a"] == [first, "a2"]
    loop._broker.close()
    assert line.shown()["b"] == ["b1", "b2"]


def test_a_newer_version_is_built_by_a_rebuild_and_fences_older_handlers_off(line: Homes) -> None:
    line.tell("a1")
    loop = line.start()
    line.consume(loop)
    line.consumer.version = 2
    line.rebuild()
    assert set(PartitionOwner.objects.values_list("version", flat=True)) == {2}
    line.tell("a2")
    with pytest.raises(Fenced):
        line.consume(loop)
    loop._broker.vanish()  # type: ignore[attr-defined]
    line.consume()
    assert line.shown() == {"a": ["a1", "a2"]}


def test_a_rebuild_that_would_bury_too_much_is_refused_and_halts_nothing(line: Homes) -> None:
    line.tell("a1", "b1", "a2")
    line.consume()
    line.world.config = replace(line.world.config, limits=DeadLetterLimits(in_a_row=1))
    line.wrong = {b"a1", b"b1"}
    with pytest.raises(RebuildRefused, match="1 records in a row were poison"):
        line.rebuild()
    assert line.shown() == {"a": ["a1", "a2"], "b": ["b1"]}
    assert not Halt.objects.exists()


def test_what_topics_no_longer_tell_is_named_and_lost_only_on_demand(line: Homes) -> None:
    line.tell("a1", "b1")
    line.consume()
    Home.objects.create(name="lost", changes=0)
    with pytest.raises(RebuildRefused, match="1 would be missing .* tried_home lost"):
        line.rebuild()
    assert Home.objects.filter(name="lost").exists()
    line.rebuild(accepts_losses=True)
    assert line.shown() == {"a": ["a1"], "b": ["b1"]}


def test_rows_without_a_name_of_their_own_are_counted(line: Homes) -> None:
    line.tell("a1")
    line.consume()
    Change.objects.create(home=Home.objects.get(), told="by hand")
    with pytest.raises(RebuildRefused, match="1 rows of tried_change"):
        line.rebuild()


def test_two_at_once_a_reader_without_end_and_a_view_are_refused(
    line: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.tell("a1")
    line.consume()
    with elsewhere() as other:
        other.execute("SELECT pg_advisory_lock(hashtext('rebuild tried'))")
        with pytest.raises(RebuildRefused, match="another process already rebuilds tried"):
            line.rebuild()
        other.execute("SELECT pg_advisory_unlock_all()")
        monkeypatch.setattr(database, "_IMPATIENTLY", "SET LOCAL lock_timeout = '10ms'")
        with other.transaction():
            other.execute("SELECT * FROM tried_home")
            with pytest.raises(RebuildRefused, match="reads the live tables without end"):
                line.rebuild()
        other.execute("CREATE VIEW tried_view AS SELECT name FROM tried_home")
        with pytest.raises(RebuildRefused, match="tried_view would still lead to the old tables"):
            line.rebuild()
        other.execute("DROP VIEW tried_view")
    with pytest.raises(RebuildRefused, match="no earlier tables are kept"):
        line.rebuild(back=True)
    line.rebuild()
    assert line.shown() == {"a": ["a1"]}


def test_one_that_shares_its_database_or_has_no_tables_is_refused(line: Homes) -> None:
    with (
        pytest.raises(RebuildRefused, match="has no tables"),
        database.beside_live(line.consumer, [], back=False),
    ):
        pass
    PartitionOwner.objects.create(consumer="other", topic="facts", partition=0)
    with pytest.raises(RebuildRefused, match="another consumer"):
        line.rebuild()


def test_readers_see_one_or_the_other_and_writers_go_on_at_every_moment(line: Homes) -> None:
    line.tell(*(f"{home}{number}" for number in range(10) for home in "abcd"))
    line.consume()
    is_over, counts, failed = threading.Event(), list[int](), list[BaseException]()

    def read() -> None:
        while not is_over.is_set():
            counts.append(Change.objects.count())

    def write() -> None:
        loop = line.start()
        for number in range(10, 30):
            line.tell(*(f"{home}{number}" for home in "abcd"))
            loop.turn()
        line.consume(loop)
        loop._broker.close()

    def in_own_connection(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    reader, writer = (Thread(target=in_own_connection, args=(act,)) for act in (read, write))
    reader.start()
    writer.start()
    try:
        for _ in range(2):
            line.rebuild()
        writer.join(120)
    finally:
        is_over.set()
        reader.join(120)
    assert failed == []
    assert counts == sorted(counts)
    assert line.shown() == {home: [f"{home}{number}" for number in range(30)] for home in "abcd"}


def test_the_tables_are_those_of_the_handlers_app() -> None:
    assert tables_of("django.contrib.auth.anything") == [
        *("auth_group", "auth_group_permissions", "auth_permission")
    ]
    assert tables_of("nobody.handlers.at") == []
