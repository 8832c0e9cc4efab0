"""Who offered for which home: a person and the market enter; offers, what became of them and the
steps between leave, as the purchases' services would have written them.

A home that is pending or sold has one buyer at most: of three people in a row, the first may buy
the next pending home, the second the next sold one, and all may bid for others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from monolith.accounts.models import User
from monolith.listings.models import Status
from monolith.listings.stock.market import REFERENCE
from monolith.population.market import Home, Market
from monolith.purchases.life import TURN
from monolith.purchases.models import (
    RUNNING,
    Offer,
    OfferStatus,
    Purchase,
    PurchaseStatus,
    Reason,
    Role,
    Step,
)

WAY = (*RUNNING, PurchaseStatus.COMPLETED)
# What becomes of an offer for a home that somebody else gets, or nobody yet.
ENDS = (*OfferStatus.values, PurchaseStatus.CANCELLED)
# The seller's reason would have taken the home off the market.
REASONS = (Reason.FINANCING, Reason.INSPECTION, Reason.BUYER)


@dataclass(slots=True)
class Deal:
    offer: Offer
    home: Home
    buyer: User
    purchase: Purchase | None = None
    steps: list[Step] = field(default_factory=list)


def deals(user: User, number: int, market: Market, random: Random) -> Iterator[Deal]:
    if home := _own(market, number):
        is_sold = home.status == Status.SOLD
        status = PurchaseStatus.COMPLETED if is_sold else random.choice(RUNNING)
        yield _buy(_offer(user, home, random), status, random)
    if random.random() < 0.12:
        home = market.for_sale[random.randrange(len(market.for_sale))]
        deal, end = _offer(user, home, random), random.choice(ENDS)
        if end in (OfferStatus.ACCEPTED, PurchaseStatus.CANCELLED):
            yield _buy(deal, PurchaseStatus.CANCELLED, random)
        else:
            yield _end(deal, end, random)


def _own(market: Market, number: int) -> Home | None:
    place, kind = divmod(number - 1, 3)
    homes = (market.pending, market.sold, ())[kind]
    home = homes[place] if place < len(homes) else None
    return None if home is None or home.id in market.taken else home


def _offer(user: User, home: Home, random: Random) -> Deal:
    start = max(user.date_joined, home.listed_at)
    made_at = start + (REFERENCE - start) * random.uniform(0.1, 0.7)
    offer = Offer(
        listing_id=home.id,
        buyer=user,
        amount=max(1, round(home.price * random.uniform(0.9, 1.03) / 100) * 100),
        expires_on=(made_at + timedelta(days=random.randrange(10, 60))).date(),
        made_at=made_at,
        changed_at=made_at,
    )
    deal = Deal(offer, home, user)
    _step(deal, "", OfferStatus.OPEN, Role.BUYER, made_at)
    return deal


def _end(deal: Deal, status: str, random: Random) -> Deal:
    offer = deal.offer
    if status == OfferStatus.OPEN:
        # Still open, so that the agent has something to answer.
        offer.expires_on = (REFERENCE + timedelta(days=random.randrange(14, 90))).date()
        return deal
    sides = {OfferStatus.WITHDRAWN: Role.BUYER, OfferStatus.DECLINED: Role.AGENT}
    at = offer.made_at + (REFERENCE - offer.made_at) * random.uniform(0.05, 0.3)
    if status == OfferStatus.EXPIRED:
        offer.expires_on = max(offer.made_at, at - timedelta(days=1)).date()
    offer.status, offer.changed_at = status, at
    _step(deal, OfferStatus.OPEN, status, sides.get(OfferStatus(status), ""), at)
    return deal


def _buy(deal: Deal, status: str, random: Random) -> Deal:
    offer, way = deal.offer, _way(status, random)
    pause = (REFERENCE - offer.made_at) * random.uniform(0.5, 0.9) / len(way)
    pause = min(pause, timedelta(days=9))
    is_paid, is_cancelled = PurchaseStatus.DEPOSIT_PAID in way, way[-1] == PurchaseStatus.CANCELLED
    for place, step in enumerate(way):
        # The buyer gives up; accepting is the agent's, and then it is whose turn it is.
        side = TURN.get(step, (Role.BUYER if step == PurchaseStatus.CANCELLED else Role.AGENT,))[0]
        _step(deal, deal.steps[-1].new_status, step, side, offer.made_at + (place + 1) * pause)
    offer.status, offer.changed_at = OfferStatus.ACCEPTED, offer.made_at + pause
    deal.purchase = Purchase(
        listing_id=deal.home.id,
        status=way[-1],
        deposit_reference=f"Wire {random.randrange(10_000, 100_000)}" if is_paid else "",
        reason=random.choice(REASONS) if is_cancelled else "",
        changed_at=deal.steps[-1].taken_at,
    )
    return deal


def _way(status: str, random: Random) -> list[PurchaseStatus]:
    """Return the steps up to ``status``, or as far as chance lets a cancelled purchase."""
    if status == PurchaseStatus.CANCELLED:
        return [*WAY[: random.randint(1, len(RUNNING))], PurchaseStatus.CANCELLED]
    return list(WAY[: WAY.index(PurchaseStatus(status)) + 1])


def _step(deal: Deal, old: str, new: str, role: str, at: datetime) -> None:
    people = {Role.BUYER: deal.buyer.pk, Role.AGENT: deal.home.agent_id}
    by = people.get(Role(role)) if role else None
    deal.steps.append(Step(by_id=by, role=role, old_status=old, new_status=new, taken_at=at))
