"""What a rebuild tells of itself, on a clock that is moved by hand."""

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
    assert progress.metrics("search") == {
        "consumer.search.rebuild_records": 1000,
        "consumer.search.rebuild_records_to_do": 6000,
        "consumer.search.rebuild_seconds_left": 12.0,
    }
