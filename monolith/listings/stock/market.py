"""How a home stands on the market: facts enter; status, dates and an earlier price leave."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from monolith.listings.models import Status
from monolith.listings.stock.facts import Facts

# Sales of the nineties become listings of today; 28 years later the weekdays are the same.
YEARS_LATER = 28
# The stock is made as of this moment, whenever it is loaded.
REFERENCE = datetime(2026, 10, 6, 12, tzinfo=UTC)
# Shares of the stock; the rest is for sale.
SHARES = (
    (0.01, Status.DRAFT),
    (0.02, Status.WITHDRAWN),
    (0.05, Status.PENDING),
    (0.12, Status.SOLD),
)
REDUCED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Standing:
    status: str
    listed_at: datetime | None
    previous_price: int | None = None
    reduced_at: datetime | None = None


def stand(home: Facts, random: Random) -> Standing:
    """Decide where in its life the listing is, from the home's own random numbers."""
    status = _status(random.random())
    listed_at = _listed_at(home, random)
    if status == Status.DRAFT:
        return Standing(status, None)
    if status != Status.ACTIVE or random.random() > REDUCED_SHARE:
        return Standing(status, listed_at)
    age = max(1, min(90, (REFERENCE - listed_at).days))
    return Standing(
        status,
        listed_at,
        previous_price=home.price + 100 * max(1, round(home.price * random.uniform(2e-4, 12e-4))),
        reduced_at=listed_at + timedelta(days=age * random.random(), hours=1),
    )


def _status(chance: float) -> str:
    for share, status in SHARES:
        if chance < share:
            return status
        chance -= share
    return Status.ACTIVE


def _listed_at(home: Facts, random: Random) -> datetime:
    day = home.sold_on.replace(year=home.sold_on.year + YEARS_LATER)
    opening = datetime.combine(day, time(8), tzinfo=UTC)
    return opening + timedelta(seconds=random.randrange(12 * 3600))
