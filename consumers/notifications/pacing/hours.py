"""Hours of a day on somebody's own clock: moments enter, moments leave. Pure.

Wall clocks skip an hour in spring and repeat one in autumn. An end that is skipped comes when the
clock has passed it; of an end that comes twice the next one counts, so that what waits always
waits for a moment ahead, and for a day at most.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(now: datetime, zone: ZoneInfo, start: time, end: time) -> datetime | None:
    """Return when the quiet is over, or None when it is not quiet at ``now``."""
    clock = now.astimezone(zone).time()
    is_quiet = start <= clock < end if start <= end else clock >= start or clock < end
    return next_time(now, zone, end) if is_quiet else None


def next_time(now: datetime, zone: ZoneInfo, wanted: time) -> datetime:
    """Return the next moment at which the clock shows ``wanted``, in UTC."""
    today = now.astimezone(zone).date()
    days = (today, today + timedelta(days=1))
    return min(at for day in days for at in _shown(day, wanted, zone) if at > now)


def first_from(
    moment: datetime, zone: ZoneInfo, wanted: time, weekday: int | None = None
) -> datetime:
    """Return the first moment, from ``moment`` on, at which the clock shows ``wanted``, in UTC.

    A ``weekday`` has it wait for that day; 0 is a Monday.
    """
    today = moment.astimezone(zone).date()
    # A week and a day: what is over today comes again on the same weekday.
    days = (today + timedelta(days=ahead) for ahead in range(9))
    asked = (day for day in days if weekday in (None, day.weekday()))
    return min(at for day in asked for at in _shown(day, wanted, zone) if at >= moment)


def day_of(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the person's day began, in UTC."""
    return datetime.combine(now.astimezone(zone).date(), time.min, zone).astimezone(UTC)


def _shown(day: date, wanted: time, zone: ZoneInfo) -> list[datetime]:
    first, second = (
        datetime.combine(day, wanted.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1)
    )
    # Of a time that is skipped the second reading lies before the jump, and is none.
    return [first, second] if second > first else [first]
