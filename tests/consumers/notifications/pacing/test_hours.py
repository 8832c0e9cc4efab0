"""Quiet hours on somebody's own clock, whatever that clock does in spring and autumn."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.notifications.pacing import hours

NEW_YORK = ZoneInfo("America/New_York")
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


# This century's and the next's, by seconds.
MOMENTS = st.integers(946_684_800, 4_102_444_800).map(lambda s: datetime.fromtimestamp(s, UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "start", "end", "until"),
    [
        # By night, over midnight: 23:30 in New York waits for 7:00.
        ("2026-11-27T04:30", time(22), time(7), "2026-11-27T12:00"),
        # After midnight of the same night.
        ("2026-11-27T06:00", time(22), time(7), "2026-11-27T12:00"),
        # The end itself is quiet no more, the begin is.
        ("2026-11-27T12:00", time(22), time(7), None),
        ("2026-11-27T03:00", time(22), time(7), "2026-11-27T12:00"),
        # Within one day.
        ("2026-11-27T17:30", time(12), time(14), "2026-11-27T19:00"),
        ("2026-11-27T19:00", time(12), time(14), None),
        # The night in which clocks go forward is an hour shorter, the other one longer.
        ("2026-03-08T03:30", time(22), time(7), "2026-03-08T11:00"),
        ("2026-11-01T02:30", time(22), time(7), "2026-11-01T12:00"),
        # 2:30 does not come that night: it is over when the clock jumps past it.
        ("2026-03-08T06:00", time(22), time(2, 30), "2026-03-08T07:30"),
        # 1:30 comes twice: quiet ends at the first, and again at the second.
        ("2026-11-01T05:10", time(22), time(1, 30), "2026-11-01T05:30"),
        ("2026-11-01T06:10", time(22), time(1, 30), "2026-11-01T06:30"),
    ],
)
def test_what_is_due_in_a_quiet_hour_waits_for_its_end(
    now: str, start: time, end: time, until: str | None
) -> None:
    found = hours.quiet_until(at(now), NEW_YORK, start, end)

    assert found == (at(until) if until else None)


@given(
    moment=MOMENTS,
    zone=st.sampled_from(ZONES),
    start=st.times(),
    end=st.times(),
)
def test_what_waits_always_waits_for_a_moment_ahead_and_not_for_long(
    moment: datetime, zone: str, start: time, end: time
) -> None:
    until = hours.quiet_until(moment, ZoneInfo(zone), start, end)

    if until is not None:
        assert timedelta() < until - moment <= timedelta(hours=25)


@given(
    moment=MOMENTS,
    zone=st.sampled_from(ZONES),
    wanted=st.times(),
    weekday=st.one_of(st.none(), st.integers(0, 6)),
)
def test_the_first_moment_of_an_hour_comes_within_a_day_or_a_week(
    moment: datetime, zone: str, wanted: time, weekday: int | None
) -> None:
    there = ZoneInfo(zone)
    found = hours.first_from(moment, there, wanted, weekday)

    assert timedelta() <= found - moment <= timedelta(days=1 if weekday is None else 7, hours=1)
    assert hours.first_from(found, there, wanted, weekday) == found
    assert weekday in (None, found.astimezone(there).weekday())


@given(
    moment=MOMENTS,
    zone=st.sampled_from(ZONES),
)
def test_a_day_begins_on_the_own_clock(moment: datetime, zone: str) -> None:
    begun = hours.day_of(moment, ZoneInfo(zone))

    assert timedelta() <= moment - begun < timedelta(hours=25, minutes=1)
    assert begun < hours.next_time(moment, ZoneInfo(zone), time.min)
