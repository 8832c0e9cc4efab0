"""What a rebuild tells of itself, on a clock that is moved by hand."""

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.health.metrics import exposition
from consumers.runtime.health.overview import of_running
from consumers.runtime.health.progress import Progress
from consumers.runtime.rebuilding.progress import RebuildProgress


def test_the_estimate_follows_the_rate_so_far() -> None:
    now = [100.0]
    progress = RebuildProgress(clock=lambda: now[0])
    assert str(progress) == "reading: 0 records, 0 to do, 0 records/s, ? s left"
    now[0] = 104.0
    # Half of the offsets passed were compacted away.
    progress.records, progress.done, progress.to_do = 1000, 2000, 6000
    assert progress.told() == {
        "phase": "reading",
        "records": 1000,
        "to_do": 6000,
        "passed_over": 0,
        "seconds": 4.0,
        "records_s": 250,
        "seconds_left": 12.0,
    }


def test_a_consumer_that_builds_before_it_begins_says_so_to_probes_and_metrics() -> None:
    progress = Progress()
    progress.rebuild = RebuildProgress(records=5, done=5, to_do=10)
    overview = of_running(ConsumerConfig("search", "search", ""), progress, None)
    assert overview.unready == "the read model is built: 10 records to do"
    assert 'consumer_rebuild_records{consumer="search"} 10' in exposition(overview).splitlines()
    assert overview.rebuild_seconds_left > 0
    progress.rebuild.phase = "done"
    assert progress.unready() == "no partition was assigned yet"
