"""Each change once in effect: replays, old versions, deletions, crashes."""

from typing import Any

import pytest

from cdc.contracts.tables import LISTINGS
from cdc.contracts.topics import LISTING_ROWS
from consumers.criteria.criteria import Criteria
from consumers.criteria.query import parse
from consumers.criteria.statuses import HIDDEN, LISTED
from consumers.runtime.records import Partition
from consumers.runtime.testing.records import Op
from consumers.runtime.testing.scenario import given
from consumers.search.handlers import search
from consumers.search.projection import opened_by
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import Engines, on_both_engines

pytestmark = on_both_engines

EVERYTHING = Criteria(statuses=LISTED + HIDDEN)


def rows_of(line: SearchLine, criteria: Criteria = EVERYTHING) -> list[dict[str, Any]]:
    return line.reader().view().select(criteria).rows(0, 1000)


def found(line: SearchLine, words: str) -> list[int]:
    criteria = Criteria(has_words=True, words=parse(words))
    return [listing["id"] for listing in rows_of(line, criteria)]


def history(line: SearchLine) -> None:
    line.save(row(id=1), "r", snapshot="first")
    line.save(row(id=2), "r", snapshot="last")
    line.save(row(id=1, version=2, price=170000, title="Renovated ranch"), lsn=110)
    line.save(row(id=3, title="Tudor"), "c", lsn=120)
    line.delete(2, lsn=130)
    line.save(row(id=3, version=2, status="withdrawn"), lsn=140)


def test_the_latest_version_of_every_listing_is_held(line: SearchLine) -> None:
    history(line)
    line.run()
    assert {(r["id"], r["version"], r["price"]) for r in rows_of(line)} == {
        (1, 2, 170000),
        (3, 2, 185000),
    }
    assert [r["id"] for r in rows_of(line, Criteria(statuses=LISTED))] == [1]


def test_the_index_is_the_same_however_the_records_come(engine_in: Engines) -> None:
    told = (
        given(
            search,
            lambda root: opened_by(engine_in(root)),
            shows=lambda projection: projection._kept,
        )
        .rows(LISTINGS, row(id=1), op="r", snapshot="first")
        .rows(LISTINGS, row(id=2), op="r", snapshot="last")
        .rows(LISTINGS, row(id=1, version=2, price=170000), row(id=1, version=3, price=-1))
        .rows(LISTINGS, row(id=2), op="d")
        .rows(LISTINGS, row(id=3), op="c")
    )
    outcome = told.twice().fresh().crashing("flushed", "parked").then(dead=("price: -1",))
    assert {id: kept.version for id, kept in outcome.shown.items()} == {1: 2, 2: 2, 3: 1}


def test_an_older_version_that_comes_late_is_passed_over(line: SearchLine) -> None:
    line.save(row(version=5, price=5))
    line.save(row(version=4, price=4))
    line.run()
    assert [(r["version"], r["price"]) for r in rows_of(line)] == [(5, 5)]


def test_an_old_change_does_not_bring_back_a_deleted_listing(line: SearchLine) -> None:
    line.save(row(version=3), lsn=100)
    line.delete(12, lsn=200)
    line.run()
    line.restart()
    line.save(row(version=3), lsn=100)
    line.save(row(version=4), lsn=150)
    line.run()
    assert rows_of(line) == []
    held = line.reader().view().held(12)
    assert held is not None
    assert (held[0].version, held[1]) == (4, "deleted")


def test_a_row_made_anew_under_a_deleted_id_is_held(line: SearchLine) -> None:
    line.save(row(version=9), lsn=100)
    line.delete(12, lsn=200)
    line.save(row(version=1, title="Anew"), "c", lsn=300)
    line.run()
    assert [r["title"] for r in rows_of(line)] == ["Anew"]
    line.delete(12, lsn=200)
    line.run()
    assert [r["title"] for r in rows_of(line)] == ["Anew"]


def test_a_long_text_that_the_log_does_not_repeat_is_kept(line: SearchLine) -> None:
    line.save(row(description="A greenhouse behind the barn."))
    line.save(row(version=2, price=1, description="__debezium_unavailable_value"))
    line.run()
    assert found(line, "greenhouse") == [12]
    line.restart()
    line.save(row(version=3, price=2, description="__debezium_unavailable_value"))
    line.run()
    assert found(line, "greenhouse") == [12]
    assert rows_of(line)[0]["price"] == 2


def test_a_text_that_was_never_told_is_poison(line: SearchLine) -> None:
    line.save(row(description="__debezium_unavailable_value"))
    line.run()
    assert b"the description was not repeated" in line.dead_letters()[0]


def test_malformed_records_are_put_aside_and_the_line_goes_on(line: SearchLine) -> None:
    line.cluster.append(LISTING_ROWS, b"\xff", b"not json")
    line.save(row(id=1, price=-5))
    line.save(row(id=2))
    line.run()
    assert [r["id"] for r in rows_of(line)] == [2]
    assert len(line.dead_letters()) == 2


def test_the_index_is_ready_only_after_the_snapshot_and_its_end(line: SearchLine) -> None:
    line.run()
    line.save(row(id=1), "r", snapshot="true")
    line.run()
    assert not line.index.state.is_ready
    line.save(row(id=2), "r", snapshot="last")
    line.run()
    assert line.index.state.is_ready


@pytest.mark.parametrize(("op", "snapshot"), [("u", ""), ("r", "incremental")])
def test_a_change_amid_the_stream_proves_the_first_snapshot_over(
    line: SearchLine, op: Op, snapshot: str
) -> None:
    line.save(row(id=1), op, snapshot=snapshot)
    line.run()
    assert line.reader().view().state.is_ready


def test_the_offsets_beside_the_index_are_resumed_from(line: SearchLine) -> None:
    history(line)
    line.run()
    line.cluster.committed.clear()
    line.restart()
    assert line.projection.resume_from() == {Partition(LISTING_ROWS, 0): 7}
    line.save(row(id=9), "c", lsn=500)
    line.run()
    assert line.loop.progress.applied == 1


def test_an_index_newer_than_its_state_after_a_crash_is_replayed_to_the_same(
    line: SearchLine,
) -> None:
    history(line)
    line.run()
    state = line.index.state
    before = rows_of(line)
    # The commit went through, the replacement of the state did not.
    line.index.save(type(state)(state.directory, offsets={f"{LISTING_ROWS}/0": 2}))
    line.restart()
    line.run()
    assert rows_of(line) == before
