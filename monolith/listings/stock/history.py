"""How a home came to its price: its standing enters; the changes since it was listed leave.

Oldest first, and each goes on from the one before. The last is the reduction of the standing; of
a home that is not reduced it is a raise, which takes the earlier price off the page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from monolith.listings.stock.market import REFERENCE, Standing

RAISED_SHARE = 0.12
# How many changes lie before the last, and how often.
EARLIER = ((0, 1, 2, 3), (55, 28, 12, 5))
LONGEST = timedelta(days=240)


@dataclass(frozen=True, slots=True)
class Change:
    old_price: int
    new_price: int
    changed_at: datetime


def changes(price: int, standing: Standing, random: Random) -> list[Change]:
    if standing.listed_at is None:
        return []
    last = _last(price, standing, random)
    if last is None:
        return []
    found, span = [last], last.changed_at - standing.listed_at
    moments = sorted(random.random() for _ in range(random.choices(*EARLIER)[0]))
    for moment in reversed(moments):
        then = standing.listed_at + span * moment
        found.insert(0, _before(found[0].old_price, then, random))
    return found


def _last(price: int, standing: Standing, random: Random) -> Change | None:
    if standing.previous_price and standing.reduced_at:
        return Change(standing.previous_price, price, standing.reduced_at)
    lower = price - _part(price, random)
    if standing.listed_at is None or lower <= 0 or random.random() > RAISED_SHARE:
        return None
    span = min(REFERENCE - standing.listed_at, LONGEST)
    return Change(lower, price, standing.listed_at + span * random.uniform(0.1, 1))


def _before(price: int, then: datetime, random: Random) -> Change:
    return Change(price + _part(price, random), price, then)


def _part(price: int, random: Random) -> int:
    """Return one to six per cent, in whole hundreds."""
    return 100 * max(1, round(price * random.uniform(0.01, 0.06) / 100))
