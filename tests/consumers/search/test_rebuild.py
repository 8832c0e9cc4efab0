"""A new index beside the live one: whole at any moment, never older, nothing lost at the swap."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cdc.contracts.topics import LISTING_ROWS
from consumers.criteria.criteria import Criteria
from consumers.criteria.statuses import HIDDEN, LISTED
from consumers.runtime.brokers.memory import MemoryCluster
from consumers.runtime.config import RetryPolicy
from consumers.runtime.faults import REBUILD_STEPS, Crash, RebuildStep, Step, breaking, crash_at
from consumers.runtime.rebuilding.port import RebuildRefused
from consumers.runtime.replaying import Move, ReadModelOffsets
from consumers.search.index.locks import no_commits
from consumers.search.projection import rebuilt_by
from tests.consumers.changes import key_of, row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import Engines, indexes_of, on_both_engines
from tests.consumers.search.rebuilds import rebuild

pytestmark = on_both_engines

EVERYTHING = Criteria(statuses=LISTED + HIDDEN)


@pytest.fixture
def patient(tmp_path: Path, engine_in: Engines) -> Iterator[SearchLine]:
    """Give a line whose consumer flushes only when it is idle, and asks again at once."""
    line = SearchLine(tmp_path / "index", engine=engine_in(tmp_path / "index"))
    line.config = replace(
        line.config, flush_seconds=1000, store_retry=RetryPolicy(first_delay=0.0, jitter=0.0)
    )
    line.restart()
    for number in range(1, 31):
        line.save(row(id=number), lsn=number)
    line.delete(30, lsn=31)
    line.save(row(id=1, version=2, price=1), lsn=32)
    line.run()
    yield line
    line.close()


def rows_of(line: SearchLine) -> list[dict[str, Any]]:
    return line.reader().view().select(EVERYTHING).rows(0, 1000)


def test_what_is_rebuilt_equals_what_grew_at_equal_offsets(patient: SearchLine) -> None:
    before, grown = patient.live(), rows_of(patient)

    progress = rebuild(patient)

    after = patient.live()
    assert after.directory != before.directory
    assert (after.offsets, after.documents) == (before.offsets, before.documents)
    assert after.is_ready
    assert rows_of(patient) == grown
    assert (progress.phase, progress.to_do, progress.seconds_left) == ("done", 0, 0.0)
    assert progress.records == progress.done == 33
    # The consumer goes on in the new one.
    patient.save(row(id=40), lsn=40)
    patient.run()
    assert 40 in {listing["id"] for listing in rows_of(patient)}
    assert patient.live().directory == after.directory
    patient.restart()
    assert patient.projection._kept.keys() == set(range(1, 31)) | {40}


def test_only_the_one_before_is_kept_and_leads_back_caught_up(patient: SearchLine) -> None:
    first = patient.live().directory
    rebuild(patient)
    patient.run()
    second = patient.live().directory
    rebuild(patient)
    third = patient.live().directory
    assert indexes_of(patient) == {second, third} != {first, second}
    patient.save(row(id=50), lsn=50)
    patient.run()

    rebuild(patient, back=True)

    assert patient.live().directory == second
    assert 50 in {listing["id"] for listing in rows_of(patient)}
    assert indexes_of(patient) == {second, third}
    patient.save(row(id=51), lsn=51)
    patient.run()
    assert 51 in {listing["id"] for listing in rows_of(patient)}


def test_where_nothing_was_kept_nothing_leads_back(patient: SearchLine) -> None:
    with pytest.raises(RebuildRefused, match="no earlier index is kept"):
        rebuild(patient, back=True)


def test_a_second_rebuild_at_the_same_time_is_refused_by_name(patient: SearchLine) -> None:
    refusal = pytest.raises(RebuildRefused, match=r"process \d+ already rebuilds")
    with rebuilt_by(patient.engine, back=False), refusal:
        rebuild(patient)
    rebuild(patient)


@pytest.mark.parametrize("step", REBUILD_STEPS)
def test_a_crash_at_any_step_leaves_a_live_index_that_is_whole(
    patient: SearchLine, search_of: Client, step: RebuildStep
) -> None:
    grown, before = rows_of(patient), patient.live().directory
    with pytest.raises(Crash), breaking(crash_at(step)):
        rebuild(patient)

    assert rows_of(patient) == grown
    assert search_of.get("/search").status_code == 200
    assert (patient.live().directory == before) is (step != "swapped")
    patient.save(row(id=60), lsn=60)
    patient.run()
    assert len(rows_of(patient)) == len(grown) + 1
    patient.restart()
    rebuild(patient)
    assert len(rows_of(patient)) == len(grown) + 1
    assert len(indexes_of(patient)) == 2


def test_pages_answer_at_every_step_and_count_never_less(
    patient: SearchLine, search_of: Client
) -> None:
    counts: list[int] = []

    def look(step: Step | RebuildStep) -> None:
        if step not in REBUILD_STEPS:
            return
        patient.save(row(id=100 + len(counts)), lsn=100 + len(counts))
        # Amid a standstill the consumer reads on and commits nothing.
        patient.loop.turn()
        patient.loop.turn()
        answer = search_of.get("/api/v1/search")
        assert answer.status_code == search_of.get("/search").status_code == 200
        counts.append(answer.json()["count"])

    with breaking(look):
        rebuild(patient)
    patient.run()
    look("swapped")
    assert counts == sorted(counts)
    assert counts[0] > 29
    patient.run()
    assert len(rows_of(patient)) == 29 + len(counts)


def test_what_the_consumer_has_not_flushed_at_the_swap_is_in_the_new_index(
    patient: SearchLine,
) -> None:
    patient.save(row(id=70), lsn=70)
    patient.save(row(id=1, version=3, price=3), lsn=71)
    patient.save(row(id=1, version=4, price=4, description="__debezium_unavailable_value"), lsn=72)
    patient.delete(2, lsn=73)
    patient.loop.turn()
    assert patient.store.unsettled
    known = patient.live().offsets
    rebuild(patient)
    # The new one stops where the live one stood, and leaves the rest to the consumer.
    rebuilt = patient.live()
    assert all(rebuilt.offsets[place] >= offset for place, offset in known.items())
    patient.run()
    found = {listing["id"]: listing["price"] for listing in rows_of(patient)}
    assert (found[1], 70 in found, 2 in found) == (4, True, False)
    assert patient.loop.progress.dead_letters == 0


def test_amid_a_swap_the_consumer_waits_and_commits_afterwards(patient: SearchLine) -> None:
    before = patient.live()
    patient.save(row(id=80), lsn=80)
    with no_commits(patient.root):
        for _ in range(5):
            patient.loop.turn()
        assert patient.live() == before
    patient.run()
    assert 80 in {listing["id"] for listing in rows_of(patient)}


def test_topics_that_tell_less_than_the_live_index_holds_replace_nothing(
    patient: SearchLine,
) -> None:
    shorter = MemoryCluster()
    shorter.create_topic(LISTING_ROWS)
    for record in patient.cluster.records_of(LISTING_ROWS)[4:]:
        shorter.append(LISTING_ROWS, record.key, record.value)
    before = patient.live()
    with pytest.raises(RebuildRefused, match="3 would be missing or older than now: listing 2"):
        rebuild(patient, cluster=shorter)
    assert patient.live() == before
    rebuild(patient, cluster=shorter, accepts_losses=True)
    assert {listing["id"] for listing in rows_of(patient)} == {1, *range(5, 30)}


def test_dead_records_stay_dead_and_none_is_buried_twice_or_lost(patient: SearchLine) -> None:
    patient.save(row(id=90, price=-1), lsn=90)
    patient.save(row(id=91), lsn=91)
    patient.run()
    assert len(patient.parked) == len(patient.dead_letters()) == 1

    progress = rebuild(patient)
    assert progress.passed_over == 1
    assert len(patient.parked) == len(patient.dead_letters()) == 1

    # As after a release that refuses what the one before it took.
    (place,) = patient.parked
    del patient.parked[place]
    rebuild(patient)
    assert list(patient.parked) == [place]
    assert [parked.state for parked in patient.parked.values()] == ["dead"]
    assert len(patient.dead_letters()) == 2


def test_an_empty_index_wants_to_be_rebuilt_and_a_filled_one_does_not(line: SearchLine) -> None:
    assert line.projection.wants_rebuild
    line.cluster.append(LISTING_ROWS, key_of(1), None)
    line.run()
    assert not line.projection.wants_rebuild


@pytest.fixture
def search_of(patient: SearchLine, settings: Any) -> Client:
    from tests.consumers.conftest import browser_of_search

    return browser_of_search(settings, patient)


def test_a_replay_leaves_the_index_as_it_is(patient: SearchLine) -> None:
    grown, state = rows_of(patient), patient.live()
    (partition,) = patient.projection.resume_from()
    ReadModelOffsets(patient.projection).move([Move(partition, 33, 3)])
    assert patient.projection.resume_from() == {partition: 3}
    patient.restart()
    patient.run()
    assert rows_of(patient) == grown
    assert patient.live().offsets == state.offsets
    assert patient.loop.progress.applied == 30
