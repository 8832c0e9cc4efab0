"""Dates, times and intervals from the Ides of March to infinity; `zoo` has the other types."""

from datetime import UTC, date, datetime, time
from typing import Any

from cdc.debezium import FarDate, FarTimestamp, Interval, Special

# Of the types that have no precision there is one column; of the others one for each unit.
TIMES = {
    "t_date": "date",
    "t_time": "time",
    "t_time3": "time(3)",
    "t_timetz": "timetz",
    "t_ts": "timestamp",
    "t_ts3": "timestamp(3)",
    "t_tstz": "timestamptz",
    "t_interval": "interval",
}
Moment = tuple[str, str, str, str]
_MIDNIGHT, _MICRO = time(0), 1_000_000
# Date, time, offset and interval as SQL writes them; then what the columns above should read.
MOMENTS: dict[str, tuple[Moment, tuple[Any, ...]]] = {
    "today": (
        ("2026-11-24", "13:14:15.123456", "+02", "1 year 2 mons 3 days 04:05:06.789"),
        (
            *(date(2026, 11, 24), time(13, 14, 15, 123456), time(13, 14, 15, 123000)),
            time(11, 14, 15, 123456, UTC),
            *(datetime(2026, 11, 24, 13, 14, 15, us) for us in (123456, 123000)),  # noqa: DTZ001
            datetime(2026, 11, 24, 11, 14, 15, 123456, UTC),
            Interval(14, 3, (4 * 3600 + 5 * 60 + 6) * _MICRO + 789000),
        ),
    ),
    "before 1970": (
        ("1969-12-31", "23:59:59.999999", "+00", "-1 mons +2 days -00:00:00.000001"),
        (
            *(date(1969, 12, 31), time(23, 59, 59, 999999), Special.END_OF_DAY),
            time(23, 59, 59, 999999, UTC),
            *(datetime(1969, 12, 31, 23, 59, 59, 999999), datetime(1970, 1, 1)),  # noqa: DTZ001
            datetime(1969, 12, 31, 23, 59, 59, 999999, UTC),
            Interval(-1, 2, -1),
        ),
    ),
    "end of day": (
        ("9999-12-31", "24:00", "+00", "0"),
        (
            *(date(9999, 12, 31), Special.END_OF_DAY, Special.END_OF_DAY, time(0, tzinfo=UTC)),
            *[FarTimestamp(253402300800 * _MICRO)] * 3,
            Interval(),
        ),
    ),
    "Julian": (
        ("1582-10-10", "12:00", "+00", "100:00:00"),
        (
            *(date(1582, 10, 10), time(12), time(12), time(12, tzinfo=UTC)),
            *[datetime(1582, 10, 10, 12)] * 2,  # noqa: DTZ001
            datetime(1582, 10, 10, 12, tzinfo=UTC),
            Interval(0, 0, 360_000 * _MICRO),
        ),
    ),
    "Ides of March": (
        ("0044-03-15 BC", "12:00", "+00", "-7 days"),
        (
            *(FarDate(-735160), time(12), time(12), time(12, tzinfo=UTC)),
            *[FarTimestamp(-63517780800 * _MICRO)] * 3,
            Interval(0, -7),
        ),
    ),
    "far": (
        ("12345-06-07", "01:02:03", "+00", "30 days"),
        (
            *(FarDate(3789548), time(1, 2, 3), time(1, 2, 3), time(1, 2, 3, tzinfo=UTC)),
            *[FarTimestamp(327416950923 * _MICRO)] * 3,
            Interval(0, 30),
        ),
    ),
    "never": (
        ("infinity", "00:00", "+00", "0"),
        (
            *(Special.INFINITY, _MIDNIGHT, _MIDNIGHT, time(0, tzinfo=UTC)),
            *[Special.INFINITY] * 3,
            Interval(),
        ),
    ),
    "always": (
        ("-infinity", "00:00", "+00", "0"),
        (
            *(Special.MINUS_INFINITY, _MIDNIGHT, _MIDNIGHT, time(0, tzinfo=UTC)),
            *[Special.MINUS_INFINITY] * 3,
            Interval(),
        ),
    ),
}
