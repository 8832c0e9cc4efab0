"""The hours that are offered: by the local clock, also on the days on which it is changed."""

from datetime import UTC, datetime

from monolith.viewings import hours


def test_the_next_fourteen_days_are_offered_by_the_local_clock() -> None:
    # Still the evening of the second in Toledo.
    found = list(hours.offered(datetime(2026, 3, 3, 3, tzinfo=UTC)))
    assert len(found) == 14 * 8
    assert found[0] == datetime(2026, 3, 3, 15, tzinfo=UTC)
    assert hours.in_words(found[0]) == "Tuesday 3 March 2026, 10:00 AM"
    # The clock went forward on the eighth.
    assert found[-1] == datetime(2026, 3, 16, 21, tzinfo=UTC)
    assert hours.in_words(found[-1]) == "Monday 16 March 2026, 5:00 PM"


def test_a_form_shows_them_day_by_day() -> None:
    days = hours.as_choices(list(hours.offered(datetime(2026, 3, 3, 3, tzinfo=UTC))))
    assert len(days) == 14
    day, first = days[0]
    assert day == "Tuesday 3 March"
    assert first[0] == ("2026-03-03T15:00:00+00:00", "10:00 AM")
