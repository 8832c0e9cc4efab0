"""The bucket rule: whom a flag reaches, told the same way in Python and to the gateway.

On the line: the monolith's adapter puts a person's bucket into the identity cookie;
the gateway compares it with the ranges given here. Enters: a subject, a flag's name and
a percent. Leaves: a bucket, ranges, or yes and no. Pure functions, no Django.
"""

from decimal import Decimal
from hashlib import sha256

BUCKETS = 10_000

Range = tuple[int, int]


class PercentError(ValueError):
    """A percent is not between 0 and 100, or finer than 0.01."""


def bucket(subject: str) -> int:
    """Return the bucket 0–9999 of a subject; the same for ever, on every machine."""
    return _hash(subject)


def offset(flag: str) -> int:
    """Return where the flag starts to count.

    Each flag starts elsewhere, so that two flags at 1 % do not meet the same people.
    """
    return _hash(f"flag:{flag}")


def ranges(flag: str, percent: Decimal | float | str) -> tuple[Range, ...]:
    """Return the buckets that are on as one or two half-open ranges within 0–10,000.

    Raising the percent only ever lengthens them at the far end: nobody is taken out.
    """
    count = share(percent)
    if count == 0:
        return ()
    start = offset(flag)
    end = start + count
    if count == BUCKETS:
        return ((0, BUCKETS),)
    if end <= BUCKETS:
        return ((start, end),)
    return ((start, BUCKETS), (0, end - BUCKETS))


def is_on(flag: str, percent: Decimal | float | str, bucket: int) -> bool:
    """Say whether the flag at this percent is on for the bucket."""
    return (bucket - offset(flag)) % BUCKETS < share(percent)


def share(percent: Decimal | float | str) -> int:
    """Return how many of the 10,000 buckets a percent takes; raises ``PercentError``."""
    # Through text, so that 0.07 means seven buckets and not 0.07000000000000000667.
    try:
        count = Decimal(str(percent)) * 100
    except ArithmeticError:
        raise PercentError(f"{percent!r} is not a percent") from None
    if not (count.is_finite() and 0 <= count <= BUCKETS and count == int(count)):
        raise PercentError(f"percent must be from 0 to 100 in steps of 0.01, not {percent}")
    return int(count)


def _hash(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") % BUCKETS
