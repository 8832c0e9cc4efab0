"""The bucket rule: Python and the gateway's ranges agree, and raising a share keeps everyone."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler import flags

percents = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)


@given(st.text(max_size=30), percents)
def test_python_and_the_ranges_agree_on_every_bucket(flag: str, percent: Decimal) -> None:
    by_range = {b for start, end in flags.ranges(flag, percent) for b in range(start, end)}
    by_rule = {b for b in range(flags.BUCKETS) if flags.is_on(flag, percent, b)}
    assert by_range == by_rule
    assert len(by_rule) == percent * 100


@given(st.text(max_size=30), percents, percents, st.integers(0, 9999))
def test_raising_the_percent_never_takes_anyone_out(
    flag: str, one: Decimal, other: Decimal, bucket: int
) -> None:
    low, high = sorted((one, other))
    if flags.is_on(flag, low, bucket):
        assert flags.is_on(flag, high, bucket)


@given(st.text(max_size=30), percents)
def test_ranges_stay_within_the_buckets(flag: str, percent: Decimal) -> None:
    for start, end in flags.ranges(flag, percent):
        assert 0 <= start < end <= flags.BUCKETS


def test_a_subject_keeps_its_bucket_for_ever() -> None:
    # Written down once: a changed rule would move every user of every canary.
    assert flags.bucket("u:1") == 1043
    assert flags.offset("search") == 5348


def test_buckets_are_evenly_filled() -> None:
    tenths = Counter(flags.bucket(f"v:{n}") // 1000 for n in range(20_000))
    assert len(tenths) == 10
    assert all(1_800 < count < 2_200 for count in tenths.values())


@pytest.mark.parametrize("percent", [-1, 100.01, "ten", "NaN", "inf", 0.001, Decimal("3.141")])
def test_a_percent_that_is_none_is_refused(percent: Decimal | float | str) -> None:
    with pytest.raises(flags.PercentError):
        flags.ranges("search", percent)


@pytest.mark.parametrize(("percent", "share"), [(0.07, 7), ("0.10", 10), (100, 10_000), (0, 0)])
def test_a_percent_is_taken_at_its_word(percent: float | str, share: int) -> None:
    assert flags.share(percent) == share
