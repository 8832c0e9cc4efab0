"""Whole transactions out of separate topics."""

import pytest

from cdc.debezium import ChangeEvent, MalformedChange, TransactionMark, Transactions
from tests.cdc.debezium.recorded import recorded
from tests.cdc.debezium.test_change import SOURCE, record

TABLES = ("public.pair", "public.keyless")


def changes() -> list[ChangeEvent]:
    every = recorded("adaptive", "pair") + recorded("adaptive", "keyless")
    parsed = [ChangeEvent.parse(*each, keyless=True) for each in every if each.value is not None]
    return [change for change in parsed if isinstance(change, ChangeEvent)]


def marks() -> list[TransactionMark]:
    return [TransactionMark.parse(each.value) for each in recorded("adaptive", "transaction")]


def test_the_changes_of_a_transaction_come_out_together_and_in_order() -> None:
    gathered = Transactions(TABLES)
    for change in changes():
        assert gathered.add(change) is None
    whole = [found for mark in marks() if (found := gathered.mark(mark))]

    assert gathered.pending == 0
    sizes = [[change.table for change in one.changes] for one in whole]
    assert ["pair", "pair", "keyless"] in sizes
    assert ["pair", "keyless"] in sizes
    for one in whole:
        assert [c.place.order for c in one.changes if c.place] == [*range(1, len(one.changes) + 1)]


def test_the_end_may_come_before_the_changes_and_a_change_twice() -> None:
    gathered = Transactions(TABLES)
    for mark in marks():
        assert gathered.mark(mark) is None
    for change in changes():
        if change.place and change.place.order > 1:
            gathered.add(change)
            gathered.add(change)
    whole = [found for change in changes() if (found := gathered.add(change))]

    assert sum(len(one.changes) for one in whole) == len(changes())


def test_only_the_tables_asked_for_are_waited_for() -> None:
    gathered = Transactions(["public.keyless"])
    for mark in marks():
        gathered.mark(mark)
    whole = [gathered.add(change) for change in changes() if change.table == "keyless"]

    assert all(whole)
    assert gathered.pending == 0


def test_a_change_that_tells_no_place_belongs_to_no_transaction() -> None:
    change = ChangeEvent.parse(b"{}", record(source=SOURCE))

    assert isinstance(change, ChangeEvent)
    with pytest.raises(MalformedChange, match="its place"):
        Transactions(TABLES).add(change)


@pytest.mark.parametrize("value", [None, b"{", b"[]", b"{}", b'{"status":"MIDDLE","id":"1:2"}'])
def test_a_record_that_is_no_mark_is_refused(value: bytes | None) -> None:
    with pytest.raises(MalformedChange, match="no transaction mark"):
        TransactionMark.parse(value)
