"""What a provider's answer asks for: the header Retry-After enters, a length of time leaves."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Nobody is believed who wants more; it is cut further where it is heeded.
_LONGEST = timedelta(days=1)


def pause_in(header: str | None, now: datetime) -> timedelta | None:
    """Return how long to wait, by seconds or a date; None when it says nothing that is one."""
    told = (header or "").strip()
    if told.isascii() and told.isdigit():
        return min(timedelta(seconds=int(told[:9])), _LONGEST)
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    moment = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(timedelta(), min(moment - now, _LONGEST))
